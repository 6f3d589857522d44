/** The grid of the duty roster: days across, chairs down. Days are YYYY-MM-DD of the center's zone. */
import type { DayView, RosterShift } from '../api/roster'
import { shiftDay } from './moments'

export type Span = 'week' | 'month'

/** A chair of the roster: the leader on duty, then A, B, C, D. */
export type Chair = 'leader' | 0 | 1 | 2 | 3

export interface GridRow {
  chair: Chair
  cells: readonly (readonly RosterShift[])[]
}

const DAY_MS = 86_400_000

/** ISO: 1 is Monday, 7 is Sunday. */
export function weekday(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

export function mondayOf(day: string): string {
  return shiftDay(day, 1 - weekday(day))
}

export function daysBetween(first: string, last: string): number {
  return (Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / DAY_MS
}

/** The first day on show and how many: whole weeks, for a month those that it touches. */
export function range(day: string, span: Span): { first: string; days: number } {
  if (span === 'week') return { first: mondayOf(day), days: 7 }
  const first = `${day.slice(0, 7)}-01`
  const next = shiftDay(`${shiftDay(first, 31).slice(0, 7)}-01`, -1)
  const monday = mondayOf(first)
  return { first: monday, days: daysBetween(monday, mondayOf(next)) + 7 }
}

/** The same day of the week or of the month, one span on or back. */
export function turn(day: string, span: Span, by: 1 | -1): string {
  if (span === 'week') return shiftDay(day, 7 * by)
  const first = `${day.slice(0, 7)}-01`
  return `${shiftDay(first, by > 0 ? 31 : -1).slice(0, 7)}-01`
}

export function chairOf(shift: RosterShift): Chair {
  return shift.leader ? 'leader' : (shift.rank as Chair)
}

/** Leader, A and B always; C and D where somebody sits there. A shift stands on the day it begins. */
export function gridRows(days: readonly DayView[], shifts: readonly RosterShift[]): GridRow[] {
  const used = new Set(shifts.map(chairOf))
  const chairs = (['leader', 0, 1, 2, 3] as const).filter(
    (chair) => chair === 'leader' || chair < 2 || used.has(chair),
  )
  return chairs.map((chair) => ({
    chair,
    cells: days.map((day) =>
      shifts.filter((shift) => shift.day === day.day && chairOf(shift) === chair),
    ),
  }))
}

export function weeks<T>(days: readonly T[]): T[][] {
  const found: T[][] = []
  for (let start = 0; start < days.length; start += 7) found.push(days.slice(start, start + 7))
  return found
}
