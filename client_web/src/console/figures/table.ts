/** The table of a day: who is missing stands first; values as the table and the export show them. */

import type { FigureField, FiguresTable, UnitFigures } from '../api/duty'
import { labelOf } from './words'

const ORDER = { missing: 0, draft: 1, submitted: 2, locked: 3 } as const

export function ordered(rows: readonly UnitFigures[]): UnitFigures[] {
  return [...rows].sort((a, b) => ORDER[a.status] - ORDER[b.status])
}

/** A number where one was typed, so that it sorts and adds up as one. */
export function shownValue(row: UnitFigures, field: FigureField): string | number {
  const text = (row.typed[field.key ?? ''] ?? '').trim()
  const value = Number(text.replaceAll(/[,，]/g, ''))
  return field.kind === 'number' && text !== '' && Number.isFinite(value) ? value : text
}

export function figuresCsv(
  table: FiguresTable,
  locale: string,
  t: (key: string) => string,
): (string | number)[][] {
  const fields = table.form?.fields ?? []
  const sums = fields.map((field) => (field.summed ? table.sums[field.key ?? ''] ?? 0 : ''))
  return [
    [t('figures.unit'), t('figures.state'), ...fields.map((one) => labelOf(one, locale)), t('figures.handedInAt')],
    ...ordered(table.rows).map((row) => [
      row.unit,
      t(`figures.status.${row.status}`),
      ...fields.map((field) => shownValue(row, field)),
      row.submitted_at ?? '',
    ]),
    [t('figures.sum'), '', ...sums, ''],
  ]
}
