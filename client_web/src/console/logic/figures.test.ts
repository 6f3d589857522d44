import { describe, expect, it } from 'vitest'

import type { TallyView } from '../api/reports'
import { lastDays, percent, reasonCounts, seconds } from './figures'

describe('figures', () => {
  it('shows no rate where nothing was judged', () => {
    expect([percent(null), percent(0), percent(0.9738), percent(1)]).toEqual([
      '–',
      '0.0%',
      '97.4%',
      '100.0%',
    ])
  })

  it.each([
    [null, '–'],
    [4.23, '4.2'],
    [59.9, '59.9'],
    [65, '1:05'],
    [119.7, '2:00'],
  ])('%s seconds are %s', (value, text) => expect(seconds(value)).toBe(text))

  it('puts the most frequent reason first', () => {
    const reasons = { 'leave.leave': 1, 'fault.device_fault': 3, 'absent.off_post': 1 }
    const counted = reasonCounts({ reasons } as unknown as TallyView)
    expect(counted.map((one) => [one.standing, one.reason, one.n])).toEqual([
      ['fault', 'device_fault', 3],
      ['absent', 'off_post', 1],
      ['leave', 'leave', 1],
    ])
  })

  it('counts both ends of a period', () => {
    expect(lastDays('2026-03-02', 7)).toEqual(['2026-02-24', '2026-03-02'])
    expect(lastDays('2026-03-02', 1)).toEqual(['2026-03-02', '2026-03-02'])
  })
})
