import { describe, expect, it } from 'vitest'

import { addCounts, countStates, groupOf, tally } from './counts'

describe('tally', () => {
  it('counts who is expected without the voided', () => {
    const sum = tally({ present: 3, review: 2, void: 4, pending: 1, calling: 2 })
    expect(sum.expected).toBe(8)
    expect(sum.void).toBe(4)
    expect(sum.groups.waiting).toBe(3)
  })

  it('keeps somebody who was only called out of those in progress', () => {
    const sum = tally({ calling: 5, arrived: 1, in_session: 2 })
    expect(sum.groups.active).toBe(3)
    expect(sum.groups.waiting).toBe(5)
  })

  it('never counts an open case as absent', () => {
    expect(tally({ review: 7 }).groups.absent).toBe(0)
  })
})

describe('counts', () => {
  it('add up over roll-calls', () => {
    expect(addCounts([{ present: 2, review: 1 }, { present: 3 }])).toEqual({ present: 5, review: 1 })
  })

  it('come from entries', () => {
    expect(countStates([{ state: 'present' }, { state: 'present' }, { state: 'void' }])).toEqual({
      present: 2,
      void: 1,
    })
  })

  it('name the group of a state', () => {
    expect(groupOf('arrived')).toBe('active')
    expect(groupOf('void')).toBeNull()
  })
})
