/** What measured values say about a device. Pure, so that it can be tested without one. */

import type { DeviceCheck } from '@/core/wire'

/** Of 255; a covered or dead camera is darker, a picture of anything has some spread. */
const DARKEST = 6
const LEAST_SPREAD = 1.5
/** Decibels below full scale: digital silence is far below what the quietest room gives. */
export const SILENT_DB = -90
/** By how much the tone must stand out from its neighbours in the microphone, in decibels. */
const HEARD_DB = 12
/** Milliseconds; beyond it a talk is no talk any more. */
const SLOW_MS = 1500

export interface Light {
  mean: number
  spread: number
}

/** Brightness (0..255) and its standard deviation over RGBA pixels. */
export function lightOf(pixels: Uint8ClampedArray): Light {
  const values: number[] = []
  for (let at = 0; at + 2 < pixels.length; at += 4) {
    values.push(0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!)
  }
  const mean = values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length)
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, values.length)
  return { mean, spread: Math.sqrt(variance) }
}

export function cameraCheck(light: Light | null): DeviceCheck {
  if (!light) return 'fault'
  return light.mean < DARKEST && light.spread < LEAST_SPREAD ? 'fault' : 'ok'
}

/** Root mean square of samples (-1..1) in decibels below full scale. */
export function levelDb(samples: Float32Array): number {
  const sum = samples.reduce((total, one) => total + one * one, 0)
  const rms = Math.sqrt(sum / Math.max(1, samples.length))
  return rms > 0 ? Math.max(-120, 20 * Math.log10(rms)) : -120
}

/** `peakDb`: the loudest of several moments; null where there is no microphone. */
export function microphoneCheck(peakDb: number | null): DeviceCheck {
  if (peakDb === null) return 'fault'
  return peakDb > SILENT_DB ? 'ok' : 'fault'
}

/** Share of the meter (0..1) that a level fills. */
export const meter = (db: number): number => Math.min(1, Math.max(0, (db + 70) / 60))

/** Whether a tone in bin `at` stands out from its neighbourhood; `bins` in decibels. */
export function stoodOut(bins: Float32Array, at: number): boolean {
  const around = [-12, -10, -8, -6, 6, 8, 10, 12]
    .map((offset) => bins[at + offset])
    .filter((one): one is number => one !== undefined && Number.isFinite(one))
    .sort((a, b) => a - b)
  const typical = around[Math.floor(around.length / 2)]
  const here = Math.max(bins[at - 1] ?? -Infinity, bins[at] ?? -Infinity, bins[at + 1] ?? -Infinity)
  return typical !== undefined && here - typical > HEARD_DB
}

/** `medianMs` null: the server did not echo; `candidates`: addresses that ICE found. */
export function networkCheck(medianMs: number | null, candidates: number): DeviceCheck {
  if (medianMs === null || candidates === 0) return 'fault'
  return medianMs < SLOW_MS ? 'ok' : 'fault'
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}
