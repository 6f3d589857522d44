import { expect, it } from 'vitest'

import type { SessionQuality } from '@/core/wire'

import { bitrate, figures, markOf, share, STALE_MS } from './quality'

const QUALITY: SessionQuality = {
  session_id: 's',
  grade: 'fair',
  round_trip_ms: 84.4,
  loss: 0.021,
  bitrate_bps: 481_000,
  frames_per_s: 14.6,
  width: 640,
  height: 480,
  freezes: 0,
  freeze_s: 0,
  jitter_ms: 12.2,
}

it('knows nothing when the last report is old', () => {
  const report = { quality: QUALITY, at: 1000 }
  expect(markOf(report, 2000)).toBe('fair')
  expect(markOf(report, 1000 + STALE_MS)).toBe('unknown')
  expect(markOf(undefined, 0)).toBe('unknown')
})

it('says figures with their units', () => {
  expect(bitrate(481_000)).toBe('481 kbit/s')
  expect(bitrate(1_240_000)).toBe('1.2 Mbit/s')
  expect([share(0), share(0.004), share(0.12)]).toEqual(['0 %', '0.4 %', '12 %'])
  expect(Object.fromEntries(figures(QUALITY))).toEqual({
    roundTrip: '84 ms',
    loss: '2.1 %',
    bitrate: '481 kbit/s',
    picture: '640×480, 15 fps',
    freezes: '0',
    jitter: '12 ms',
  })
})

it('leaves out what was not measured', () => {
  const dark = { ...QUALITY, round_trip_ms: null, width: 0, freezes: 2, freeze_s: 1.5 }
  const rows = Object.fromEntries(figures(dark))
  expect(rows).not.toHaveProperty('roundTrip')
  expect(rows).not.toHaveProperty('picture')
  expect(rows['freezes']).toBe('2 × (1.5 s)')
})
