import { describe, expect, it } from 'vitest'

import type { RecordingView } from '../api/types'
import { attempts, clipAt, correction, gapAt, leaderAt, momentOf, nextClip } from './playback'

const START = Date.parse('2026-11-21T01:00:00Z')

function recording(id: string, began_s: number, duration_s: number, more: Partial<RecordingView> = {}): RecordingView {
  const began_at = new Date(START + began_s * 1000).toISOString()
  return {
    id,
    session_id: 's1',
    state: 'ready',
    failure: null,
    duration_s,
    size_bytes: 1,
    content_type: 'video/webm',
    sha256: 'x',
    started_at: began_at,
    role: 'subject',
    began_at,
    offset_s: began_s,
    gaps: [],
    ...more,
  }
}

it('finds a moment of the session by the picture of the subject, whoever was recorded first', () => {
  const [one] = attempts([recording('officer', 0, 60, { role: 'officer' }), recording('subject', 5, 50)])
  expect(momentOf(one!, 12)).toBe(17)
})

describe('attempts', () => {
  it('puts the recordings of a session on one line, the newest session first', () => {
    const all = [
      recording('late', 600, 30, { session_id: 's2' }),
      recording('officer', 12.25, 20, { role: 'officer' }),
      recording('subject', 0, 60),
    ]
    const [second, first] = attempts(all)
    expect(second?.clips).toEqual([{ id: 'late', role: 'subject', start_s: 0, end_s: 30 }])
    expect(first?.clips.map((clip) => [clip.id, clip.start_s])).toEqual([
      ['subject', 0],
      ['officer', 12.25],
    ])
    expect([first?.length_s, first?.roles]).toEqual([60, ['subject', 'officer']])
  })

  it('marks gaps and the hole between two recordings of the subject', () => {
    const gaps = [{ start_s: 3, end_s: 9, why: 'disconnected' }]
    const [one] = attempts([
      recording('cut', 0, 20, { failure: 'server_stopped', gaps }),
      recording('rest', 35, 10),
    ])
    expect(one?.gaps).toEqual([...gaps, { start_s: 20, end_s: 35, why: 'unrecorded' }])
    expect(gapAt(one!, 25)?.why).toBe('unrecorded')
    expect(gapAt(one!, 10)).toBeNull()
  })

  it('has nothing to play while it is recorded, or where nothing was kept', () => {
    const [one] = attempts([recording('now', 0, 0, { state: 'recording', duration_s: null })])
    expect([one?.clips, one?.length_s]).toEqual([[], 0])
  })
})

describe('playing together', () => {
  const [talk] = attempts([
    recording('subject', 0, 20),
    recording('rest', 30, 10),
    recording('officer', 5, 20, { role: 'officer' }),
  ])

  it('is led by the subject, by the officer where the subject is missing, by nobody in a hole', () => {
    expect([1, 19.9, 22, 27, 31].map((at) => leaderAt(talk!, at)?.id)).toEqual([
      'subject',
      'subject',
      'officer',
      undefined,
      'rest',
    ])
    expect(nextClip(talk!, 27)?.id).toBe('rest')
    expect(clipAt(talk!, 'officer', 4)).toBeNull()
  })

  it('moves a side only when it is out of step', () => {
    const officer = clipAt(talk!, 'officer', 10)!
    expect(correction(officer, 10, 5.1)).toBeNull()
    expect(correction(officer, 10, 4.6)).toBe(5)
  })
})
