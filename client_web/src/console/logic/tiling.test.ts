import { describe, expect, it } from 'vitest'

import { TILE_SHAPE, tilingOf } from './tiling'

describe('the tiles of the wall', () => {
  it.each([
    [1, 500, 500, 1],
    [4, 400, 300, 2],
    [9, 560, 620, 3],
    [50, 560, 620, 6],
    [50, 880, 900, 6],
    [6, 900, 120, 6],
  ])('%i in %ix%i stand in %i columns, all in sight', (count, width, height, columns) => {
    const tiling = tilingOf(count, width, height)
    expect(tiling.columns).toBe(columns)
    const rows = Math.ceil(count / columns)
    expect(tiling.width * columns + 6 * (columns - 1)).toBeLessThanOrEqual(width)
    expect((tiling.width / TILE_SHAPE) * rows + 6 * (rows - 1)).toBeLessThanOrEqual(height)
  })

  it('have one column where there is nothing to show', () => {
    expect(tilingOf(0, 0, 0)).toEqual({ columns: 1, width: 0 })
  })
})
