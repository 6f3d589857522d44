/** Units, officers, imports and the first steps: the server's HTTP endpoints by name. */
import type { components } from '@/core/api'

import { request } from './request'
import type { OfficerView, SessionView, UnitView } from './types'

type Schemas = components['schemas']
export type UnitChange = Schemas['UnitChange']
export type UnitCount = Schemas['UnitCountView']
export type OfficerChange = Schemas['OfficerChange']
export type DryRun = Schemas['DryRunView']
export type RowFate = Schemas['RowFateView']
export type Applied = Schemas['AppliedView']
export type FirstPassword = Schemas['FirstPassword']
export type StartView = Schemas['StartView']

export const IMPORT_KINDS = ['units', 'officers', 'persons'] as const
export type ImportKind = (typeof IMPORT_KINDS)[number]

const id = encodeURIComponent

export const organisation = {
  counts: () => request.get<UnitCount[]>('/api/units/counts'),
  changeUnit: (unit: string, body: UnitChange) =>
    request.put<UnitView>(`/api/units/${id(unit)}`, body),
  removeUnit: (unit: string) => request.delete<unknown>(`/api/units/${id(unit)}`),

  changeOfficer: (officer: string, body: OfficerChange) =>
    request.put<OfficerView>(`/api/officers/${id(officer)}`, body),
  resetPassword: (officer: string, password: string) =>
    request.put<unknown>(`/api/officers/${id(officer)}/password`, { password }),
  changeOwnPassword: (old: string, fresh: string) =>
    request.put<SessionView>('/api/session/password', { old, new: fresh }),

  dryRun: (kind: ImportKind, content: string) =>
    request.post<DryRun>(`/api/imports/${kind}/dry-run`, { content }),
  apply: (kind: ImportKind, content: string, seen: DryRun) =>
    request.post<Applied>(`/api/imports/${kind}/apply`, {
      content,
      sha256: seen.sha256,
      fingerprint: seen.fingerprint,
    }),
  template: (kind: ImportKind, format: 'xlsx' | 'csv', lang: string) =>
    `/api/imports/${kind}/template?format=${format}&lang=${id(lang)}`,

  start: () => request.get<StartView>('/api/start'),
  putStartAway: (wanted: boolean) => request.put<StartView>('/api/start', { put_away: wanted }),
}
