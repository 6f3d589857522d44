import { expect, it } from 'vitest'

import { nextSorting, sorted, type Column } from './table'

interface Row {
  id: string
  name: string
  n: number
}

const rows: Row[] = [
  { id: 'a', name: '张10', n: 3 },
  { id: 'b', name: '张2', n: 1 },
  { id: 'c', name: '李', n: 2 },
]
const columns: Column<Row>[] = [
  { key: 'name', label: '', sort: (row) => row.name },
  { key: 'n', label: '', sort: (row) => row.n },
  { key: 'acts', label: '' },
]
const ids = (list: Row[]) => list.map((row) => row.id).join('')

it('sorts numbers as numbers and names as the language does', () => {
  expect(ids(sorted(rows, columns, { key: 'n', down: false }, 'zh-CN'))).toBe('bca')
  expect(ids(sorted(rows, columns, { key: 'n', down: true }, 'zh-CN'))).toBe('acb')
  expect(ids(sorted(rows, columns, { key: 'name', down: false }, 'zh-CN'))).toBe('cba')
})

it("keeps the list's own order without a sorting", () => {
  expect(ids(sorted(rows, columns, null, 'en'))).toBe('abc')
  expect(ids(sorted(rows, columns, { key: 'acts', down: true }, 'en'))).toBe('abc')
})

it('turns from up to down to none', () => {
  expect(nextSorting(null, 'n')).toEqual({ key: 'n', down: false })
  expect(nextSorting({ key: 'n', down: false }, 'n')).toEqual({ key: 'n', down: true })
  expect(nextSorting({ key: 'n', down: true }, 'n')).toBeNull()
})
