/** Sorting and paging of the console's tables. */

export interface Column<Row> {
  key: string
  label: string
  /** What the column sorts by; without it the column is not sortable. */
  sort?: (row: Row) => string | number
  align?: 'right'
}

export interface Sorting {
  key: string
  down: boolean
}

export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  by: Sorting | null,
  locale: string,
): Row[] {
  const value = columns.find((column) => column.key === by?.key)?.sort
  if (!value || !by) return [...rows]
  const words = new Intl.Collator(locale, { numeric: true })
  const sign = by.down ? -1 : 1
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)]
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y)
    return sign * words.compare(String(x), String(y))
  })
}

/** Up, then down, then the list's own order again. */
export function nextSorting(now: Sorting | null, key: string): Sorting | null {
  if (now?.key !== key) return { key, down: false }
  return now.down ? null : { key, down: true }
}
