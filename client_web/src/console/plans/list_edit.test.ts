import { describe, expect, it } from 'vitest'

import type { UnitView } from '../api/types'
import { holds, joined, moved, placed, subtree } from './list_edit'

function unit(id: string, parent_id: string | null): UnitView {
  return { id, name: id, kind: 'judicial_office', parent_id, phone: '' } as UnitView
}

const UNITS = [unit('city', null), unit('east', 'city'), unit('west', 'city'), unit('yard', 'east')]

describe('a call list', () => {
  it.each([
    [0, 2, 'bca'],
    [2, 0, 'cab'],
    [1, 1, 'abc'],
    [0, -1, 'abc'],
    [2, 3, 'abc'],
  ])('moves %i to %i and loses nobody', (from, to, order) => {
    expect(moved([...'abc'], from, to).join('')).toBe(order)
  })

  it('takes nobody twice and keeps the order of those who are there', () => {
    expect(joined(['b', 'a'], ['a', 'c', 'c'])).toEqual(['b', 'a', 'c'])
  })

  it('knows a whole subtree in the order of the tree', () => {
    expect(placed(UNITS).map((one) => [one.unit.id, one.depth, one.below])).toEqual([
      ['city', 0, 3],
      ['east', 1, 1],
      ['yard', 2, 0],
      ['west', 1, 0],
    ])
    expect(subtree(UNITS, 'east')).toEqual(['east', 'yard'])
    expect(subtree(UNITS, 'gone')).toEqual([])
  })

  it('shows an office whose parent it may not see as a root', () => {
    expect(placed([unit('east', 'city')]).map((one) => one.depth)).toEqual([0])
  })

  it.each([
    [null, true],
    ['2026-11-20', true],
    ['2026-11-19', false],
  ])('leaves out through the last day (%s)', (until, there) => {
    expect(holds({ until }, '2026-11-20')).toBe(there)
  })
})
