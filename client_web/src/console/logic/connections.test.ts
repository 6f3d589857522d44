import { expect, it } from 'vitest'

import type { ConnectionView } from '../api/types'
import { shares, summary } from './connections'

const VIEW: ConnectionView = {
  session_id: 's',
  until: '2026-11-21T01:00:00Z',
  grade: 'fair',
  faults: ['interrupted'],
  measured_s: 40,
  good_s: 30,
  fair_s: 0,
  poor_s: 10,
  interruptions: 1,
  interrupted_s: 12.34,
  round_trip_median_ms: 80.2,
  round_trip_p95_ms: null,
  loss: 0.05,
  unrecovered: 3,
  bitrate_bps: 400_000,
  frames_per_s: 14.2,
  width: 640,
  height: 480,
  freezes: 0,
  freeze_s: 0,
}

it('shares the time out among the grades that there were', () => {
  expect(shares(VIEW)).toEqual([
    { grade: 'good', percent: 75, seconds: 30 },
    { grade: 'poor', percent: 25, seconds: 10 },
  ])
  expect(shares({ ...VIEW, good_s: 0, poor_s: 0 })).toEqual([])
})

it('says figures with their units, and a dash for what was not measured', () => {
  const rows = Object.fromEntries(summary(VIEW))
  expect(rows['roundTrip']).toBe('80 ms (p95 –)')
  expect(rows['interruptions']).toBe('1 × (12.3 s)')
  expect(summary({ ...VIEW, width: 0 }).map(([label]) => label)).not.toContain('picture')
})
