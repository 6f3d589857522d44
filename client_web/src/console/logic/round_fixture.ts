/** A round of a few units, for tests. */
import type { RoundEntry, RoundView } from './round_values'

export function entryOf(id: string, more: Partial<RoundEntry> = {}): RoundEntry {
  return {
    entry_id: id,
    subject_kind: 'unit',
    subject_id: `unit-${id}`,
    name: id.toUpperCase(),
    office: '',
    phone: '0000-5550101',
    state: 'in_session',
    reason: null,
    connection: 'live',
    rang_at: null,
    answered_at: null,
    answer_s: null,
    live_since: null,
    session_id: `session-${id}`,
    grade: 'good',
    expected: [],
    face: 'unknown',
    recognised: null,
    self_test: null,
    exception: null,
    figures: 'none',
    tried: [],
    retry: 0,
    seconds: null,
    proposal: { outcome: 'present', reason: 'by_eye', because: ['live', 'face_unknown'] },
    ...more,
  }
}

export function roundOf(entries: RoundEntry[], more: Partial<RoundView> = {}): RoundView {
  const settled = entries.filter((one) => ['present', 'absent', 'excused'].includes(one.state)).length
  return {
    roll_call_id: 'call',
    state: 'open',
    version: 3,
    conductor: { id: 'me', name: 'Li' },
    conductor_since: '2026-11-30T01:00:00Z',
    current: null,
    current_since: null,
    paused_at: null,
    order: entries.map((one) => one.entry_id),
    started_at: '2026-11-30T01:00:00Z',
    finished_at: null,
    counts: {
      total: entries.length,
      settled,
      present: settled,
      excused: 0,
      device_fault: 0,
      absent: 0,
      review: 0,
      open: entries.length - settled,
    },
    seconds_per_unit: null,
    entries,
    ...more,
  }
}
