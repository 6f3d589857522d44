import { describe, expect, it } from 'vitest'

import type { DayView, RosterShift } from '../api/roster'
import { gridRows, mondayOf, range, turn, weeks } from './roster'

const day = (text: string): DayView => ({ day: text, kind: 'workday', name: '', known: true })
const shift = (id: string, on: string, rank: number, leader = false) =>
  ({ id, day: on, rank, leader }) as RosterShift

describe('the range on show', () => {
  it('is the week of a day, from Monday to Sunday', () => {
    expect(range('2026-11-22', 'week')).toEqual({ first: '2026-11-16', days: 7 })
    expect(mondayOf('2026-11-16')).toBe('2026-11-16')
  })

  it('is every week that a month touches', () => {
    expect(range('2026-11-22', 'month')).toEqual({ first: '2026-10-26', days: 42 })
    expect(range('2027-02-10', 'month')).toEqual({ first: '2027-02-01', days: 28 })
  })

  it('turns by weeks and by months, over the end of a year', () => {
    expect(turn('2026-12-30', 'week', 1)).toBe('2027-01-06')
    expect(turn('2026-12-30', 'month', 1)).toBe('2027-01-01')
    expect(turn('2026-03-31', 'month', -1)).toBe('2026-02-01')
  })
})

describe('the grid', () => {
  const days = ['2026-11-16', '2026-11-17'].map(day)

  it('has the leader, A and B, and further chairs only where somebody sits', () => {
    expect(gridRows(days, []).map((row) => row.chair)).toEqual(['leader', 0, 1])
    const rows = gridRows(days, [shift('x', '2026-11-17', 3)])
    expect(rows.map((row) => row.chair)).toEqual(['leader', 0, 1, 3])
  })

  it('puts a shift under the day on which it begins, a leader never among the officers', () => {
    const rows = gridRows(days, [
      shift('a', '2026-11-16', 0),
      shift('l', '2026-11-17', 0, true),
      shift('n', '2026-11-16', 0),
    ])
    const ids = rows.map((row) => row.cells.map((cell) => cell.map((one) => one.id)))
    expect(ids).toEqual([
      [[], ['l']],
      [['a', 'n'], []],
      [[], []],
    ])
  })

  it('breaks into weeks', () => {
    expect(weeks([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([[1, 2, 3, 4, 5, 6, 7], [8]])
  })
})
