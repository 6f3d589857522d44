/** How many tiles a row of a wall has, so that all of them are seen and as large as they can be. */

/** Width by height of a tile. */
export const TILE_SHAPE = 4 / 3
const GAP = 6

export interface Tiling {
  columns: number
  /** Width of a tile in pixels. */
  width: number
}

/** For `count` tiles in a space of so many pixels. */
export function tilingOf(count: number, width: number, height: number): Tiling {
  let best: Tiling = { columns: 1, width: 0 }
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const across = (width - GAP * (columns - 1)) / columns
    const down = (height - GAP * (rows - 1)) / rows
    const size = Math.floor(Math.min(across, down * TILE_SHAPE))
    if (size > best.width) best = { columns, width: size }
  }
  return best
}
