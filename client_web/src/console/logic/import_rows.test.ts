import { expect, it } from 'vitest'

import type { DryRun } from '../api/organisation'
import { fateRows, passwordTable, writable } from './import_rows'
import { firstPassword } from './first_password'

const run: DryRun = {
  sha256: '',
  fingerprint: '',
  ignored: [],
  counts: { new: 1, changed: 1, unchanged: 0, refused: 1 },
  rows: [
    { line: 2, name: 'A', fate: 'new', problems: [], changes: [] },
    { line: 3, name: 'B', fate: 'refused', problems: [], changes: [] },
    { line: 4, name: 'C', fate: 'changed', problems: [], changes: [] },
  ],
}

it('shows all rows in the order of the file, or one fate alone', () => {
  expect(fateRows(run, '').map((row) => row.line)).toEqual([2, 3, 4])
  expect(fateRows(run, 'refused').map((row) => row.id)).toEqual(['3'])
})

it('writes what is new or changed and nothing else', () => {
  expect(writable(run)).toBe(2)
})

it('hands out passwords under headings', () => {
  const one = { name: '吴', unit: '所', username: 'wu', password: 'p' }
  expect(passwordTable(['a', 'b', 'c', 'd'], [one])[1]).toEqual(['吴', '所', 'wu', 'p'])
})

it('makes passwords that can be read out and are never the same', () => {
  expect(firstPassword()).toMatch(/^([a-km-np-z2-9]{4}-){2}[a-km-np-z2-9]{4}$/)
  expect(new Set(Array.from({ length: 50 }, firstPassword)).size).toBe(50)
})
