import { beforeEach, describe, expect, it } from 'vitest'

import { stepSize, stepTile, storedSize, storeSize } from './layout'

describe('the size of the wall', () => {
  beforeEach(() => localStorage.clear())

  it('is remembered, and twelve at first or when what is remembered makes no sense', () => {
    expect(storedSize()).toBe(12)
    storeSize(24)
    expect(storedSize()).toBe(24)
    localStorage.setItem('rollcall.console.wall', '7')
    expect(storedSize()).toBe(12)
  })

  it('goes up and down and stays within its ends', () => {
    expect(stepSize(12, 1)).toBe(24)
    expect(stepSize(50, 1)).toBe(50)
    expect(stepSize(6, -1)).toBe(6)
  })
})

describe('arrow keys on the wall', () => {
  it('lead to the neighbours, and nowhere at the edges', () => {
    expect(stepTile('ArrowRight', 0, 8, 6)).toBe(1)
    expect(stepTile('ArrowDown', 0, 8, 6)).toBe(6)
    expect(stepTile('ArrowDown', 4, 8, 6)).toBeNull()
    expect(stepTile('ArrowUp', 7, 8, 6)).toBe(1)
    expect(stepTile('ArrowLeft', 0, 8, 6)).toBeNull()
    expect(stepTile('a', 3, 8, 6)).toBeNull()
  })
})
