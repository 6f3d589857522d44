import { expect, it } from 'vitest'

import type { FiguresTable, UnitFigures } from '../api/duty'
import { figuresCsv, ordered, shownValue } from './table'

const PEOPLE = {
  key: 'p',
  label_zh: '在矫人数',
  label_en: 'People',
  kind: 'number' as const,
  required: true,
  summed: true,
}
const NOTE = { ...PEOPLE, key: 'n', label_zh: '备注', label_en: 'Notes', kind: 'text' as const, summed: false }
const row = (unit: string, status: UnitFigures['status'], typed: Record<string, string> = {}) =>
  ({ unit, status, typed, submitted_at: null }) as UnitFigures

it('puts who is missing first', () => {
  const rows = [row('a', 'locked'), row('b', 'missing'), row('c', 'draft'), row('d', 'submitted')]
  expect(ordered(rows).map((one) => one.unit)).toEqual(['b', 'c', 'd', 'a'])
})

it.each([
  ['1,200', 1200],
  ['0', 0],
  ['a dozen', 'a dozen'],
  ['', ''],
])('shows %s as %s', (text, shown) => {
  expect(shownValue(row('a', 'draft', { p: text }), PEOPLE)).toBe(shown)
})

it('exports the rows and the sums beneath', () => {
  const table = {
    form: { fields: [PEOPLE, NOTE] },
    rows: [row('东', 'locked', { p: '12', n: '好' })],
    sums: { p: 12 },
  } as unknown as FiguresTable
  expect(figuresCsv(table, 'zh-CN', (key) => key)).toEqual([
    ['figures.unit', 'figures.state', '在矫人数', '备注', 'figures.handedInAt'],
    ['东', 'figures.status.locked', 12, '好', ''],
    ['figures.sum', '', 12, '', ''],
  ])
})
