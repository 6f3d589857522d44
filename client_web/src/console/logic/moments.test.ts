import { describe, expect, it } from 'vitest'

import { clockSeconds, clockTime, duration, localDay, relative, shiftDay } from './moments'

const shanghai = { timeZone: 'Asia/Shanghai', locale: 'zh-CN' }
const english = { timeZone: 'Asia/Shanghai', locale: 'en' }

describe('moments', () => {
  it("are shown in the center's zone, wherever the desk stands", () => {
    expect(clockTime('2026-01-05T01:05:09Z', shanghai)).toBe('09:05')
    expect(clockSeconds('2026-01-05T16:05:09Z', shanghai)).toBe('00:05:09')
    expect(localDay('2026-01-05T16:05:09Z', 'Asia/Shanghai')).toBe('2026-01-06')
  })

  it('move by days over the end of a month', () => {
    expect(shiftDay('2026-02-28', 1)).toBe('2026-03-01')
    expect(shiftDay('2026-01-01', -1)).toBe('2025-12-31')
  })

  it('say how long ago in the largest unit that fits', () => {
    const now = Date.UTC(2026, 0, 5, 1, 0, 0)
    expect(relative(now - 30_000, now, english)).toBe('30 seconds ago')
    expect(relative(now - 200_000, now, english)).toBe('3 minutes ago')
    expect(relative(now + 7_300_000, now, english)).toBe('in 2 hours')
  })

  it('count days by the calendar, not by 24 hours', () => {
    const saturdayNight = Date.UTC(2026, 10, 21, 14, 0, 0)
    expect(relative('2026-11-23T01:00:00Z', saturdayNight, shanghai)).toBe('2天后')
  })

  it('count seconds as a stopwatch does', () => {
    expect(duration(7)).toBe('0:07')
    expect(duration(3723)).toBe('1:02:03')
    expect(duration(-4)).toBe('0:00')
  })
})
