import { describe, expect, it } from 'vitest'

import { connected, inOrder, markOf, merged, neighbour, phaseOf, progressOf, sessionOf, turnSeconds } from './round'
import { entryOf, roundOf } from './round_fixture'

const ids = (entries: { entry_id: string }[]) => entries.map((one) => one.entry_id)
const NOW = Date.parse('2026-11-30T01:02:00Z')

describe('what stands on the screen', () => {
  const begun = [entryOf('a', { seconds: 3 }), entryOf('b')]
  it.each([
    ['before it opens', roundOf([entryOf('a')], { state: 'scheduled', started_at: null }), 'closed'],
    ['before the first call', roundOf([entryOf('a')]), 'ready'],
    ['while somebody is called', roundOf(begun, { current: 'a' }), 'calling'],
    ['when all had their turn', roundOf(begun), 'review'],
    ['while it is suspended', roundOf(begun, { state: 'suspended', current: 'b' }), 'calling'],
    ['after its end', roundOf(begun, { finished_at: '2026-11-30T01:05:00Z' }), 'finished'],
    ['once the window has closed', roundOf(begun, { state: 'closing' }), 'finished'],
  ])('%s', (_, view, phase) => expect(phaseOf(view)).toBe(phase))
})

describe('a message', () => {
  const view = roundOf([entryOf('a'), entryOf('b')])

  it('replaces only the entries that it names', () => {
    const change = roundOf([entryOf('b', { connection: 'lost' })], { version: 4, order: ['b', 'a'], current: 'b' })
    const after = merged(view, change)
    expect(ids(inOrder(after))).toEqual(['b', 'a'])
    expect(after.entries.map((one) => one.connection).sort()).toEqual(['live', 'lost'])
    expect(after.current).toBe('b')
  })

  it('that is older than what is shown, or about another roll-call, changes nothing', () => {
    expect(merged(view, roundOf([], { version: 2 }))).toBe(view)
    expect(merged(view, roundOf([], { version: 9, roll_call_id: 'other' }))).toBe(view)
  })
})

describe('the neighbours', () => {
  const view = roundOf([entryOf('a'), entryOf('b', { state: 'present' }), entryOf('c')])

  it('leave out who is settled, and go round', () => {
    expect(neighbour(view, 'a', 1)?.entry_id).toBe('c')
    expect(neighbour(view, 'a', -1)?.entry_id).toBe('c')
    expect(neighbour(view, 'c', 1)?.entry_id).toBe('a')
    expect(neighbour(view, null, 1)?.entry_id).toBe('a')
    expect(neighbour(view, null, -1)?.entry_id).toBe('c')
  })

  it('are none where only one is left', () => {
    expect(neighbour(roundOf([entryOf('a'), entryOf('b', { state: 'absent' })]), 'a', 1)).toBeNull()
  })
})

describe('the figures', () => {
  it('estimate the end by the pace until now', () => {
    const view = roundOf([entryOf('a', { state: 'present' }), entryOf('b'), entryOf('c')], { seconds_per_unit: 4 })
    expect(progressOf(view, NOW)).toMatchObject({ done: 1, total: 3, elapsedS: 120, leftS: 8 })
  })

  it('stand still once it is over, and estimate nothing before the first', () => {
    const over = roundOf([entryOf('a')], { finished_at: '2026-11-30T01:01:00Z' })
    expect(progressOf(over, NOW).elapsedS).toBe(60)
    expect(progressOf(roundOf([entryOf('a')]), NOW).leftS).toBeNull()
  })

  it('leave a suspension out of the turn', () => {
    const view = roundOf([entryOf('a')], { current: 'a', current_since: '2026-11-30T01:01:00Z' })
    expect(turnSeconds(view, NOW)).toBe(60)
    expect(turnSeconds({ ...view, paused_at: '2026-11-30T01:01:20Z' }, NOW)).toBe(20)
  })

  it('count who is on the screen before the first call', () => {
    const view = roundOf([entryOf('a'), entryOf('b', { connection: 'ringing' }), entryOf('c', { state: 'excused', connection: 'offline' })])
    expect(connected(view)).toMatchObject({ live: 1, of: 2 })
    expect(ids(connected(view).missing)).toEqual(['b'])
  })
})

it('a row of the queue says the connection until the entry is settled', () => {
  expect(markOf(entryOf('a'), 'a')).toBe('current')
  expect(markOf(entryOf('a', { connection: 'lost' }), null)).toBe('lost')
  expect(markOf(entryOf('a', { state: 'excused' }), null)).toBe('done')
})

it('only a live session is large', () => {
  expect(sessionOf(entryOf('a'))).toBe('session-a')
  expect(sessionOf(entryOf('a', { connection: 'lost' }))).toBeNull()
  expect(sessionOf(null)).toBeNull()
})
