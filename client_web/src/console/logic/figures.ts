/** Figures of reports as people read them. */
import type { TallyView } from '../api/reports'
import type { Tone } from './states'

export const STANDINGS = ['present', 'leave', 'fault', 'absent', 'review', 'waiting'] as const
export type Standing = (typeof STANDINGS)[number]

export const standingTone: Record<Standing, Tone> = {
  present: 'ok',
  leave: 'idle',
  fault: 'fault',
  absent: 'settled',
  review: 'check',
  waiting: 'busy',
}

/** 97.4%; a dash where nothing was judged. */
export function percent(rate: number | null): string {
  return rate === null ? '–' : `${(rate * 100).toFixed(1)}%`
}

/** 4.2 below a minute, then 1:05. */
export function seconds(value: number | null): string {
  if (value === null) return '–'
  if (value < 60) return value.toFixed(1)
  const whole = Math.round(value)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

export interface ReasonCount {
  id: string
  standing: Standing
  reason: string
  n: number
}

/** `fault.device_fault: 3` and the like, the most frequent first. */
export function reasonCounts(tally: TallyView): ReasonCount[] {
  return Object.entries(tally.reasons)
    .map(([key, n]) => {
      const [standing, reason] = key.split('.') as [Standing, string]
      return { id: key, standing, reason, n }
    })
    .sort((a, b) => b.n - a.n || a.id.localeCompare(b.id))
}

/** The first and last day of the last `days` days, both included. */
export function lastDays(today: string, days: number): [string, string] {
  const first = new Date(`${today}T00:00:00Z`)
  first.setUTCDate(first.getUTCDate() - days + 1)
  return [first.toISOString().slice(0, 10), today]
}
