import { describe, expect, it } from 'vitest'

import { lateness, longMonth, shiftMonth } from './month'

describe('the calendar of plans', () => {
  it.each([
    ['2026-11', 1, '2026-12'],
    ['2026-12', 1, '2027-01'],
    ['2026-01', -1, '2025-12'],
    ['2026-03', -14, '2025-01'],
  ])('goes from %s by %i to %s', (month, by, there) => {
    expect(shiftMonth(month, by)).toBe(there)
  })

  it('names a month in both languages', () => {
    expect(longMonth('2026-11', 'zh-CN')).toBe('2026年11月')
    expect(longMonth('2026-11', 'en')).toBe('November 2026')
  })

  it.each([
    [59, 'seconds', 59],
    [60, 'minutes', 1],
    [630, 'minutes', 11],
  ])('says %i s in its largest unit', (seconds, unit, n) => {
    expect(lateness(seconds)).toEqual({ unit, n })
  })
})
