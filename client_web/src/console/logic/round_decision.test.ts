import { describe, expect, it } from 'vitest'

import { outcomeReasons } from './reasons'
import { EXCUSES, likeness, numberFor, outcomeKeys, outcomeWord, PRESENT_HOW, presentReason, proposed } from './round_decision'
import { entryOf } from './round_fixture'
import type { Tried } from './round_values'

const tried = (step: Tried['step'], outcome: Tried['outcome']): Tried => ({
  at: '2026-11-30T01:00:00Z', step, officer: '', number: '', outcome, note: '',
})

describe('the outcome keys', () => {
  it.each(['unit', 'person'] as const)('ask twice for every absence of a %s, and for nothing else', (kind) => {
    for (const key of outcomeKeys(kind)) expect(key.asks === 'again').toBe(key.outcome === 'absent')
  })

  it('never call a device fault an absence', () => {
    const faults = outcomeKeys('unit').filter((key) => key.reason === 'device_fault')
    expect(faults.map((key) => key.outcome)).toEqual(['excused'])
  })

  it('give only reasons that the domain allows', () => {
    const given = [
      ...outcomeKeys('unit'),
      ...outcomeKeys('person'),
      ...EXCUSES.map((one) => ({ outcome: 'excused' as const, reason: one.reason })),
      ...PRESENT_HOW.map((one) => ({ outcome: 'present' as const, reason: one.reason })),
    ]
    for (const one of given) {
      if (one.reason) expect(outcomeReasons[one.outcome]).toContain(one.reason)
    }
  })
})

describe('how somebody was found to be present', () => {
  it.each([
    ['on the screen', entryOf('a'), 'by_eye'],
    ['by phone', entryOf('a', { connection: 'offline', tried: [tried('phone', 'reached')] }), 'by_phone'],
    ['through the leader', entryOf('a', { connection: 'offline', tried: [tried('leader', 'reached')] }), 'by_phone'],
    ['not by a call that nobody took', entryOf('a', { connection: 'offline', tried: [tried('phone', 'no_answer')] }), null],
    ['by the last call only', entryOf('a', { connection: 'lost', tried: [tried('phone', 'reached'), tried('phone', 'engaged')] }), null],
  ])('%s', (_, entry, reason) => expect(presentReason(entry)).toBe(reason))
})

describe('expected against seen', () => {
  const seen = { officer_id: 'o', name: '', post: '', at: '' }
  it.each([
    ['recognised', { ...seen, expected: true }, 'match'],
    ['recognised', { ...seen, expected: false }, 'other'],
    ['unrecognised', null, 'stranger'],
    ['several', null, 'several'],
    ['none', null, 'none'],
    ['unknown', null, 'unknown'],
  ] as const)('%s', (face, recognised, likeness_) => {
    expect(likeness(entryOf('a', { face, recognised }))).toBe(likeness_)
  })
})

it('the number is the office’s own, then the officer’s; the leader has another', () => {
  const officer = (leader: boolean, phone: string) => ({ officer_id: phone, name: phone, post: '', phone, leader })
  const entry = entryOf('a', { expected: [officer(true, '1'), officer(false, '2')] })
  expect(numberFor(entry, 'phone')).toEqual({ name: '2', number: '0000-5550101' })
  expect(numberFor({ ...entry, phone: '' }, 'phone').number).toBe('2')
  expect(numberFor(entry, 'leader')).toEqual({ name: '1', number: '1' })
  expect(numberFor(entryOf('a'), 'leader').number).toBe('')
})

it('an excuse for a fault is named after it', () => {
  expect(outcomeWord('excused', 'device_fault')).toBe('device_fault')
  expect(outcomeWord('excused', 'leave')).toBe('excused')
  expect(outcomeWord('absent', 'off_post')).toBe('off_post')
  expect(outcomeWord('absent', 'unanswered')).toBe('unanswered')
})

it('a settled entry has nothing to confirm', () => {
  expect(proposed(entryOf('a', { proposal: null }))).toBeNull()
  expect(proposed(entryOf('a'))).toEqual({ outcome: 'present', reason: 'by_eye' })
})
