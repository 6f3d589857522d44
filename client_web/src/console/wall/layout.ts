/** How many pictures a page of the wall has, and how one gets about on it by keys. */

export const WALL_SIZES = [6, 12, 24, 50] as const
export type WallSize = (typeof WALL_SIZES)[number]

const STORED = 'rollcall.console.wall'
const USUAL: WallSize = 12

/** Columns on an ordinary desk, and on a screen of 1800 pixels and more. */
const COLUMNS: Record<WallSize, readonly [desk: number, large: number]> = {
  6: [3, 3],
  12: [6, 6],
  24: [6, 8],
  50: [10, 10],
}

export function columnsOf(size: WallSize, large: boolean): number {
  return COLUMNS[size][large ? 1 : 0]
}

/** From here on a caption is the name and the mark alone. */
export const isDense = (size: WallSize): boolean => size > 12

export function storedSize(): WallSize {
  const stored = Number(localStorage.getItem(STORED))
  return WALL_SIZES.find((one) => one === stored) ?? USUAL
}

export function storeSize(size: WallSize): void {
  localStorage.setItem(STORED, String(size))
}

/** The next size up or down, held at the ends. */
export function stepSize(size: WallSize, by: number): WallSize {
  const at = WALL_SIZES.indexOf(size) + by
  return WALL_SIZES[Math.min(Math.max(0, at), WALL_SIZES.length - 1)]!
}

/** Where an arrow key leads from tile `at` of `count`; null where it leads nowhere. */
export function stepTile(key: string, at: number, count: number, columns: number): number | null {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key]
  if (by === undefined) return null
  const to = at + by
  return to >= 0 && to < count ? to : null
}
