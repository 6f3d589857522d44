/** Times as people read them, always in the center's zone, absolute. */

import type { Locale, Moment } from './wire'

export const DEFAULT_ZONE = 'Asia/Shanghai'

function show(at: Moment, locale: Locale, zone: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return at
  return new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(date)
}

const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const DAY = { month: 'long', day: 'numeric', weekday: 'long' } as const

/** "09:01" */
export const clockTime = (at: Moment, locale: Locale, zone: string): string =>
  show(at, locale, zone, TIME)

/** "11月21日 星期六", "Saturday, November 21" */
export const calendarDay = (at: Moment, locale: Locale, zone: string): string =>
  show(at, locale, zone, DAY)

/** "2026-11-21 09:01:05", the same in every language: for what goes on record. */
export function onRecord(at: Moment, zone: string): string {
  return show(at, 'zh-CN', zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).replace(/\//g, '-')
}

/** "中国标准时间", "China Standard Time" */
export function zoneName(zone: string, locale: Locale): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'long' })
    .formatToParts(new Date())
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone
}
