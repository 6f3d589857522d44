/** The calendar's months and days: plain YYYY-MM and YYYY-MM-DD, as the server says them. */

export function shiftMonth(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  const moved = new Date(Date.UTC(year, number - 1 + by, 1))
  return moved.toISOString().slice(0, 7)
}

/** 2026年11月, or November 2026 */
export function longMonth(month: string, locale: string): string {
  const options = { year: 'numeric', month: 'long', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat(locale, options).format(new Date(`${month}-01T00:00:00Z`))
}

/** Whole minutes, or seconds below one: how late something was. */
export function lateness(seconds: number): { unit: 'minutes' | 'seconds'; n: number } {
  return seconds < 60 ? { unit: 'seconds', n: seconds } : { unit: 'minutes', n: Math.round(seconds / 60) }
}
