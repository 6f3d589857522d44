import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { endpoints } from '../api/endpoints'
import type { EntryView, RollCallView } from '../api/types'
import { useReview } from './review'
import { useRollCall } from './rollCall'
import { useSession } from './session'
import { useToday } from './today'
import { useUndo } from './undo'

function entry(id: string, state = 'calling'): EntryView {
  return {
    id,
    roll_call_id: 'r1',
    roll_call_title: '',
    subject_kind: 'person',
    subject_id: `p${id}`,
    subject_name: '王',
    dossier_number: '',
    offices: [],
    phone: '',
    state,
    reason: null,
    attempt: 0,
    session_id: null,
    arrived_at: null,
    settled_at: null,
    settled_by: null,
    updated_at: `2026-01-05T01:00:0${id}Z`,
    demonstration: false,
  reply: null,
  }
}

function call(id: string, state: string, opensAt: string): RollCallView {
  return {
    id,
    title: id,
    state,
    opens_at: opensAt,
    closes_at: opensAt,
    plan_id: null,
    created_by: null,
    counts: { calling: 2 },
    total: 2,
    calls_units: false,
    band: false,
  }
}

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.restoreAllMocks())

describe('an open roll-call', () => {
  it('follows entry messages, and keeps the first moment of arrival', async () => {
    vi.spyOn(endpoints, 'rollCall').mockResolvedValue(call('r1', 'open', '2026-01-05T01:00:00Z'))
    vi.spyOn(endpoints, 'entries').mockResolvedValue([entry('1'), entry('2')])
    const store = useRollCall()
    await store.load('r1')
    const change = { roll_call_id: 'r1', entry_id: '1', reason: null, session_id: 's1' }
    store.applyEntry({ ...change, state: 'arrived', at: '2026-01-05T01:01:00Z' })
    store.applyEntry({ ...change, state: 'in_session', at: '2026-01-05T01:02:00Z' })
    expect(store.totals.groups.active).toBe(1)
    expect(store.entries[0]?.arrived_at).toBe('2026-01-05T01:01:00Z')
    store.applyEntry({ ...change, state: 'present', at: '2026-01-05T01:03:00Z' })
    expect(store.totals.groups.present).toBe(1)
    expect(store.entries[0]?.settled_at).toBe('2026-01-05T01:03:00Z')
  })

  it('does not mind messages about another one', async () => {
    vi.spyOn(endpoints, 'rollCall').mockResolvedValue(call('r1', 'open', '2026-01-05T01:00:00Z'))
    vi.spyOn(endpoints, 'entries').mockResolvedValue([entry('1')])
    const store = useRollCall()
    await store.load('r1')
    store.applyCounts({ roll_call_id: 'r9', state: 'closed', counts: {} })
    expect(store.call?.state).toBe('open')
  })
})

describe("today's roll-calls", () => {
  it('show what runs first and take counts from messages', async () => {
    vi.spyOn(endpoints, 'rollCalls').mockResolvedValue([
      call('old', 'closed', '2026-01-05T00:00:00Z'),
      call('now', 'open', '2026-01-05T01:00:00Z'),
      call('late', 'closed', '2026-01-05T02:00:00Z'),
    ])
    const today = useToday()
    await today.load('2026-01-05')
    expect(today.rollCalls.map((one) => one.id)).toEqual(['now', 'late', 'old'])
    expect(today.apply({ roll_call_id: 'now', state: 'closing', counts: { present: 2 } })).toBe(true)
    expect(today.counts['present']).toBe(2)
    expect(today.apply({ roll_call_id: 'new', state: 'open', counts: {} })).toBe(false)
  })

  it('drop an answer that came after another day was chosen', async () => {
    let answer: (list: RollCallView[]) => void = () => undefined
    vi.spyOn(endpoints, 'rollCalls')
      .mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
      .mockResolvedValueOnce([call('b', 'open', '2026-01-06T01:00:00Z')])
    const today = useToday()
    const first = today.load('2026-01-05')
    await today.load('2026-01-06')
    answer([call('a', 'open', '2026-01-05T01:00:00Z')])
    await first
    expect(today.rollCalls.map((one) => one.id)).toEqual(['b'])
  })
})

describe('the review queue', () => {
  it('has the longest waiting first and goes on to the next', async () => {
    vi.spyOn(endpoints, 'review').mockResolvedValue([entry('3'), entry('1'), entry('2')])
    const review = useReview()
    await review.load()
    expect(review.cases.map((one) => one.id)).toEqual(['1', '2', '3'])
    expect(review.neighbour('1')?.id).toBe('2')
    expect(review.neighbour('3')?.id).toBe('2')
    expect(review.step('1', -1)?.id).toBe('1')
    expect(review.step('1', 1)?.id).toBe('2')
    review.remove('2')
    expect(review.waiting).toBe(2)
  })
})

describe('undo', () => {
  it('is taken once', async () => {
    const undone = vi.spyOn(endpoints, 'undo').mockResolvedValue({} as never)
    const undo = useUndo()
    undo.offer({ entryId: '1', name: '王', outcome: 'present' })
    expect(undo.open).toBe(true)
    expect(await undo.take()).toBe('1')
    expect(await undo.take()).toBeNull()
    expect(undone).toHaveBeenCalledTimes(1)
  })

  it('is not sent when its time is over', async () => {
    const undone = vi.spyOn(endpoints, 'undo').mockResolvedValue({} as never)
    const undo = useUndo()
    undo.offer({ entryId: '1', name: '王', outcome: 'present' }, '2020-01-01T00:00:00Z')
    expect(await undo.take()).toBeNull()
    expect(undone).not.toHaveBeenCalled()
  })
})

it('an officer may do what the permissions say and nothing else', async () => {
  const session = useSession()
  expect(session.can('decide')).toBe(false)
  session.view = {
    officer: {} as never,
    permissions: ['decide'],
    demonstration: false,
    center: '',
    time_zone: 'UTC',
    calendar_until: 2026,
    must_change_password: false,
  }
  expect(session.can('decide')).toBe(true)
  expect(session.can('manage_units')).toBe(false)
  session.view = { ...session.view, must_change_password: true }
  expect([session.ready, session.can('decide')]).toEqual([false, false])
})
