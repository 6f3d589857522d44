/** How well a picture arrives, in words that an officer can use. */

import type { Grade, SessionQuality } from '@/core/wire'

import type { Tone } from './states'

/** Reports come every two seconds; after this long without one nothing is known. */
export const STALE_MS = 12_000

export type Mark = Grade | 'unknown'

export const bars: Record<Mark, number> = { good: 3, fair: 2, poor: 1, unknown: 0 }

export const markTone: Record<Mark, Tone> = {
  good: 'ok',
  fair: 'check',
  poor: 'fault',
  unknown: 'idle',
}

export interface Report {
  quality: SessionQuality
  /** Milliseconds since the epoch, by this desk's own clock. */
  at: number
}

export function markOf(report: Report | undefined, now: number): Mark {
  return report && now - report.at < STALE_MS ? report.quality.grade : 'unknown'
}

/** "1.2 Mbit/s", "480 kbit/s" */
export function bitrate(bps: number): string {
  return bps >= 1_000_000 ? `${(bps / 1_000_000).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`
}

/** "0 %", "0.4 %", "12 %" */
export function share(part: number): string {
  const percent = part * 100
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`
}

/** Label keys and texts, in the order in which a fault is looked for. */
export function figures(quality: SessionQuality): [label: string, value: string][] {
  const rows: [string, string][] = []
  if (quality.round_trip_ms !== null) {
    rows.push(['roundTrip', `${Math.round(quality.round_trip_ms)} ms`])
  }
  rows.push(['loss', share(quality.loss)], ['bitrate', bitrate(quality.bitrate_bps)])
  if (quality.width > 0) {
    const rate = Math.round(quality.frames_per_s)
    rows.push(['picture', `${quality.width}×${quality.height}, ${rate} fps`])
  }
  rows.push(['freezes', freezes(quality)], ['jitter', `${Math.round(quality.jitter_ms)} ms`])
  return rows
}

function freezes({ freezes: count, freeze_s: seconds }: SessionQuality): string {
  return count > 0 ? `${count} × (${seconds.toFixed(1)} s)` : '0'
}
