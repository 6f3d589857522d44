/** Reports, statistics and the big screen over HTTP. */
import type { components } from '@/core/api'

import { request } from './request'

type Schemas = components['schemas']
export type TallyView = Schemas['TallyView']
export type CompletionView = Schemas['CompletionView']
export type ResultLine = Schemas['ResultLine']
export type ResultsView = Schemas['ResultsView']
export type DailyView = Schemas['DailyView']
export type DayRow = Schemas['DayRow']
export type MonthView = Schemas['MonthView']
export type MonthRow = Schemas['MonthRow']
export type StatisticsView = Schemas['StatisticsView']
export type RankedView = Schemas['RankedView']
export type AlertView = Schemas['AlertView']
export type ScreenView = Schemas['ScreenView']
export type ScreenUnit = Schemas['ScreenUnit']
export type MapView = Schemas['MapView']
export type PlaceView = Schemas['PlaceView']
export type FileFormat = 'xlsx' | 'pdf'
export type SubjectKind = 'unit' | 'person'

export interface StatisticsQuery {
  first: string
  last: string
  step: string
  kind: SubjectKind
  template: string
  unit: string
}

const id = encodeURIComponent
const query = (asked: object) => new URLSearchParams(Object.entries(asked)).toString()

export const reports = {
  results: (call: string) => request.get<ResultsView>(`/api/roll-calls/${id(call)}/results`),
  daily: (day: string) => request.get<DailyView>(`/api/reports/daily?${query({ day })}`),
  month: (month: string, kind: SubjectKind) =>
    request.get<MonthView>(`/api/reports/month?${query({ month, kind })}`),
  statistics: (asked: StatisticsQuery) =>
    request.get<StatisticsView>(`/api/statistics?${query(asked)}`),
  alerts: () => request.get<AlertView[]>('/api/alerts'),
  screen: () => request.get<ScreenView>('/api/screen'),
  map: () => request.get<MapView>('/api/map'),
  replaceMap: (areas: unknown) => request.put<MapView>('/api/map', { areas }),
  placeUnit: (unit: string, place: PlaceView) =>
    request.put<MapView>(`/api/units/${id(unit)}/place`, place),
}

/** Paths of the files; `format` is added by `ExportButtons`. */
export const exportPaths = {
  results: (call: string) => `/api/roll-calls/${id(call)}/results/export?`,
  kept: (report: string) => `/api/reports/kept/${id(report)}/export?`,
  daily: (day: string) => `/api/reports/daily/export?${query({ day })}&`,
  month: (month: string, kind: SubjectKind) =>
    `/api/reports/month/export?${query({ month, kind })}&`,
}
