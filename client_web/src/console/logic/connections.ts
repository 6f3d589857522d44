/** How a session was connected, as it stands with the entry's evidence. */

import type { ConnectionView } from '../api/types'
import { bitrate, share } from './quality'

/** Shares of the time measured, of 100, the good first; those that were not are left out. */
export function shares(view: ConnectionView): { grade: 'good' | 'fair' | 'poor'; percent: number; seconds: number }[] {
  const seconds = { good: view.good_s, fair: view.fair_s, poor: view.poor_s }
  const whole = view.good_s + view.fair_s + view.poor_s
  if (whole <= 0) return []
  return (['good', 'fair', 'poor'] as const)
    .filter((grade) => seconds[grade] > 0)
    .map((grade) => ({ grade, percent: (seconds[grade] / whole) * 100, seconds: seconds[grade] }))
}

const ms = (value: number | null) => (value === null ? '–' : `${Math.round(value)} ms`)

/** Label keys and texts. */
export function summary(view: ConnectionView): [label: string, value: string][] {
  const rows: [string, string][] = [
    ['roundTrip', `${ms(view.round_trip_median_ms)} (p95 ${ms(view.round_trip_p95_ms)})`],
    ['loss', share(view.loss)],
    ['bitrate', bitrate(view.bitrate_bps)],
  ]
  if (view.width > 0) {
    rows.push(['picture', `${view.width}×${view.height}, ${Math.round(view.frames_per_s)} fps`])
  }
  rows.push(['freezes', times(view.freezes, view.freeze_s)])
  rows.push(['interruptions', times(view.interruptions, view.interrupted_s)])
  return rows
}

function times(count: number, seconds: number): string {
  return count > 0 ? `${count} × (${seconds.toFixed(1)} s)` : '0'
}
