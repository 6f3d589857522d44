/** Moments in the center's zone, and how long ago they were. */

export interface Zone {
  timeZone: string
  locale: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: Zone, style: string, options: Intl.DateTimeFormatOptions) {
  const key = `${zone.locale} ${zone.timeZone} ${style}`
  let made = formats.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(zone.locale, { ...options, timeZone: zone.timeZone })
    formats.set(key, made)
  }
  return made
}

/** 09:05 */
export function clockTime(at: string | number, zone: Zone): string {
  return format(zone, 'hm', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    new Date(at),
  )
}

/** 09:05:31 */
export function clockSeconds(at: string | number, zone: Zone): string {
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  return format(zone, 'hms', options).format(new Date(at))
}

/** 11月21日 09:05, or 21 Nov, 09:05; with the year where it says more than that */
export function dayAndTime(at: string | number, zone: Zone, now: string | number = at): string {
  const year = (moment: string | number) => localDay(moment, zone.timeZone).slice(0, 4)
  const thisYear = year(at) === year(now)
  const options = {
    ...(thisYear ? {} : { year: 'numeric' as const }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const
  return format(zone, thisYear ? 'dhm' : 'ydhm', options).format(new Date(at))
}

/** 2026年11月21日星期六, or Saturday, 21 November 2026 */
export function longDay(day: string, locale: string): string {
  const options = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' } as const
  return format({ locale, timeZone: 'UTC' }, 'long', options).format(new Date(`${day}T00:00:00Z`))
}

/** The local day YYYY-MM-DD of a moment. */
export function localDay(at: string | number, timeZone: string): string {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
  return format({ locale: 'sv-SE', timeZone }, 'day', options).format(new Date(at))
}

export function shiftDay(day: string, days: number): string {
  const moved = new Date(`${day}T00:00:00Z`)
  moved.setUTCDate(moved.getUTCDate() + days)
  return moved.toISOString().slice(0, 10)
}

/** "3 分钟前", "in 5 minutes": the largest unit that fits; days are those of the calendar. */
export function relative(at: string | number, now: number, zone: Zone): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000)
  const words = new Intl.RelativeTimeFormat(zone.locale, { numeric: 'always' })
  const size = Math.abs(seconds)
  if (size < 60) return words.format(seconds, 'second')
  if (size < 3600) return words.format(Math.trunc(seconds / 60), 'minute')
  if (size < 86_400) return words.format(Math.round(seconds / 3600), 'hour')
  return words.format(daysBetween(now, at, zone.timeZone), 'day')
}

function daysBetween(from: string | number, to: string | number, timeZone: string): number {
  const midnight = (at: string | number) => Date.parse(`${localDay(at, timeZone)}T00:00:00Z`)
  return (midnight(to) - midnight(from)) / 86_400_000
}

/** 0:07, 12:34, 1:02:03 */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`
}
