import { beforeEach, describe, expect, it } from 'vitest'

import { pageOf, WallSlots, type RouteChange } from './slots'

const shown = (changes: RouteChange[]) => changes.map((one) => `${one.mid}=${one.session_id ?? '-'}`)

describe('slots of the wall', () => {
  let slots: WallSlots

  beforeEach(() => {
    slots = new WallSlots()
    slots.connect(['0', '1', '2'])
  })

  it('route each new session into a free slot', () => {
    expect(shown(slots.assign(['a', 'b']))).toEqual(['0=a', '1=b'])
    expect(slots.midOf('b')).toBe('1')
  })

  it('keep a session where it is when others come and go', () => {
    slots.assign(['a', 'b', 'c'])
    expect(shown(slots.assign(['b', 'c']))).toEqual(['0=-'])
    expect(shown(slots.assign(['d', 'b', 'c']))).toEqual(['0=d'])
    expect(slots.midOf('c')).toBe('2')
  })

  it('say only the last word about a slot that changes hands', () => {
    slots.assign(['a', 'b', 'c'])
    expect(shown(slots.assign(['b', 'c', 'd']))).toEqual(['0=d'])
  })

  it('show no more than there are slots', () => {
    slots.assign(['a', 'b', 'c', 'd'])
    expect(slots.midOf('d')).toBeNull()
  })

  it('say nothing when nothing changes', () => {
    slots.assign(['a'])
    expect(slots.assign(['a'])).toEqual([])
  })

  it('begin anew on a new connection', () => {
    slots.assign(['a'])
    slots.connect(['7', '8', '9'])
    expect(shown(slots.assign(['a']))).toEqual(['7=a'])
  })

  it('route nothing without a connection', () => {
    slots.disconnect()
    expect(slots.assign(['a'])).toEqual([])
  })
})

describe('pages of the wall', () => {
  const all = Array.from({ length: 25 }, (_, at) => at)

  it('hold twelve each', () => {
    expect(pageOf(all, 0, 12)).toHaveLength(12)
    expect(pageOf(all, 2, 12)).toEqual([24])
  })

  it('stay within bounds', () => {
    expect(pageOf(all, 9, 12)).toEqual([24])
    expect(pageOf(all, -1, 12)[0]).toBe(0)
    expect(pageOf([], 3, 12)).toEqual([])
  })
})
