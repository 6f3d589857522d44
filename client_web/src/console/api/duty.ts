/** The endpoints of duty terminals and daily figures. */
import type { components } from '@/core/api'

import { request } from './request'

type Schemas = components['schemas']
export type TerminalSession = Schemas['TerminalSession']
export type TerminalRow = Schemas['TerminalRow']
export type FigureForm = Schemas['FigureFormView']
export type FigureField = Schemas['FigureFieldView']
export type NewFigureForm = Schemas['NewFigureForm']
export type FiguresForms = Schemas['FiguresForms']
export type FiguresTable = Schemas['FiguresTable']
export type UnitFigures = Schemas['UnitFigures']
export type OwnFigures = Schemas['OwnFigures']
export type Typed = Record<string, string>

const id = encodeURIComponent

/** For the terminal's page; its sign-in opens nothing else. */
export const terminalEndpoints = {
  session: () => request.get<TerminalSession>('/api/terminal/session'),
  signIn: (username: string, password: string) =>
    request.post<TerminalSession>('/api/terminal/session', { username, password }),
  signOut: () => request.delete<unknown>('/api/terminal/session'),
  figures: () => request.get<OwnFigures>('/api/terminal/figures'),
  typeIn: (day: string, typed: Typed, done: boolean) =>
    request.put<UnitFigures>(`/api/terminal/figures/${id(day)}`, { typed, done }),
}

/** For the console. */
export const dutyEndpoints = {
  terminals: () => request.get<TerminalRow[]>('/api/terminals'),
  askForSelfTest: (unit: string) => request.post<unknown>(`/api/terminals/${id(unit)}/self-test`),
  revoke: (signIn: string) => request.delete<unknown>(`/api/terminals/sign-ins/${id(signIn)}`),
  figures: (day: string) => request.get<FiguresTable>(`/api/figures?day=${id(day)}`),
  forms: (day: string) => request.get<FiguresForms>(`/api/figures/form?day=${id(day)}`),
  changeForm: (body: NewFigureForm) => request.put<FigureForm>('/api/figures/form', body),
  remind: (units: string[], text: string) =>
    request.post<unknown>('/api/notices', { text, to: 'units', unit_ids: units }),
  typeIn: (unit: string, day: string, typed: Typed, done: boolean) =>
    request.put<UnitFigures>(`/api/figures/${id(unit)}/${id(day)}`, { typed, done }),
  unlock: (unit: string, day: string, reason: string) =>
    request.post<UnitFigures>(`/api/figures/${id(unit)}/${id(day)}/unlock`, { reason }),
}
