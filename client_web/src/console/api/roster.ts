/** The duty roster's endpoints and values. */
import type { components } from '@/core/api'

import { request } from './request'

type Schemas = components['schemas']

export type RosterView = Schemas['RosterView']
export type RosterShift = Schemas['ShiftView']
export type ShiftInput = Schemas['ShiftInput']
export type DayView = Schemas['DayView']
export type DayKind = DayView['kind']
export type RosterOfficer = Schemas['RosterOfficer']
export type UnitOnDuty = Schemas['UnitOnDuty']
export type RuleView = Schemas['RuleView']
export type RuleInput = Schemas['RuleInput']
export type PreviewRequest = Schemas['PreviewRequest']
export type PreviewView = Schemas['PreviewView']
export type DifferenceView = Schemas['DifferenceView']
export type SubstitutionView = Schemas['SubstitutionView']
export type HandOverBook = Schemas['HandOverBook']
export type HandOverView = Schemas['HandOverView']
export type CalendarYear = Schemas['CalendarYear']
export type OwnDay = Schemas['OwnDayView']

const id = encodeURIComponent

export const rosterApi = {
  roster: (unit: string, first: string, days: number) =>
    request.get<RosterView>(`/api/roster?unit_id=${id(unit)}&first=${first}&days=${days}`),
  now: () => request.get<UnitOnDuty[]>('/api/roster/now'),
  addShift: (body: ShiftInput) => request.post<RosterShift>('/api/roster/shifts', body),
  changeShift: (shift: string, body: ShiftInput) =>
    request.put<RosterShift>(`/api/roster/shifts/${id(shift)}`, body),
  removeShift: (shift: string) => request.delete<unknown>(`/api/roster/shifts/${id(shift)}`),

  rules: (unit: string) => request.get<RuleView[]>(`/api/roster/rules?unit_id=${id(unit)}`),
  preview: (body: PreviewRequest) =>
    request.post<PreviewView>('/api/roster/rules/preview', body),
  apply: (body: PreviewRequest & { digest: string }) =>
    request.post<RuleView>('/api/roster/rules/apply', body),
  stopRule: (rule: string) => request.delete<unknown>(`/api/roster/rules/${id(rule)}`),

  substitutions: () => request.get<SubstitutionView[]>('/api/substitutions'),
  ask: (body: Schemas['SubstitutionRequest']) =>
    request.post<SubstitutionView>('/api/substitutions', body),
  decide: (one: string, approve: boolean, note: string) =>
    request.post<SubstitutionView>(`/api/substitutions/${id(one)}/decision`, { approve, note }),
  withdraw: (one: string) =>
    request.post<SubstitutionView>(`/api/substitutions/${id(one)}/withdraw`),

  handOvers: (unit: string) => request.get<HandOverBook>(`/api/hand-overs?unit_id=${id(unit)}`),
  beginHandOver: (unit: string) =>
    request.post<HandOverView>('/api/hand-overs', { unit_id: unit }),
  addItem: (log: string, text: string) =>
    request.post<HandOverView>(`/api/hand-overs/${id(log)}/items`, { text }),
  changeItem: (log: string, item: string, text: string, done: boolean) =>
    request.put<HandOverView>(`/api/hand-overs/${id(log)}/items/${id(item)}`, { text, done }),
  removeItem: (log: string, item: string) =>
    request.delete<HandOverView>(`/api/hand-overs/${id(log)}/items/${id(item)}`),
  give: (log: string, taker: string, note: string) =>
    request.post<HandOverView>(`/api/hand-overs/${id(log)}/give`, { taker_id: taker, note }),
  take: (log: string) => request.post<HandOverView>(`/api/hand-overs/${id(log)}/take`),
  takeBack: (log: string) => request.post<HandOverView>(`/api/hand-overs/${id(log)}/take-back`),

  year: (year: number) => request.get<CalendarYear>(`/api/calendar/${year}`),
  saveYear: (year: number, own: OwnDay[], complete: boolean) =>
    request.put<CalendarYear>(`/api/calendar/${year}`, { own, complete }),
}
