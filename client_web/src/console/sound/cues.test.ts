import { describe, expect, it } from 'vitest'

import { entryOf, roundOf } from '../logic/round_fixture'
import { cueOf, rings } from './cues'
import { lengthOf, SOUNDS, type SoundName } from './patterns'

const ringing = entryOf('a', { connection: 'ringing' })
const view = roundOf([ringing, entryOf('b')], { current: 'a' })
const after = (entry: Partial<typeof ringing>, more = {}) =>
  roundOf([{ ...ringing, ...entry }, entryOf('b')], { current: 'a', ...more })

describe('what is heard', () => {
  it.each([
    ['the called one answers', after({ connection: 'live' }), 'live'],
    ['the called one is lost', after({ connection: 'lost' }), 'attention'],
    ['an exception is told', after({ exception: { reason: 'other', note: '', at: '' } }), 'attention'],
    ['the round ends', after({}, { finished_at: '2026-11-30T01:05:00Z' }), 'finished'],
    ['somebody is settled', after({ state: 'present' }, { counts: { ...view.counts, settled: 1 }, current: 'b' }), 'settled'],
    ['nothing happens', after({}), null],
  ] as const)('when %s', (_, now, cue) => expect(cueOf(view, now)).toBe(cue))

  it('is silent when somebody else than the called one answers: fifty would be a noise', () => {
    const other = roundOf([ringing, entryOf('b', { connection: 'lost' })], { current: 'a' })
    expect(cueOf(other, view)).toBeNull()
  })

  it('rings only while the called one rings', () => {
    expect([rings(ringing), rings(entryOf('b')), rings(null)]).toEqual([true, false, false])
  })
})

it('no sound is longer than two rings are apart', () => {
  for (const name of Object.keys(SOUNDS) as SoundName[]) expect(lengthOf(name)).toBeLessThan(2)
})
