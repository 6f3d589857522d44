/** The fates of an import's rows as the page shows them. */
import type { DryRun, FirstPassword, RowFate } from '../api/organisation'

export const FATES = ['refused', 'new', 'changed', 'unchanged'] as const
export type Fate = (typeof FATES)[number]

export const FATE_TONES: Readonly<Record<Fate, string>> = {
  new: 'tone-ok',
  changed: 'tone-busy',
  unchanged: 'tone-idle',
  refused: 'tone-check',
}

export interface FateRow extends RowFate {
  id: string
}

/** Rows with an id for tables; refused ones first where nothing else is asked for. */
export function fateRows(run: DryRun, only: Fate | ''): FateRow[] {
  return run.rows
    .filter((row) => only === '' || row.fate === only)
    .map((row) => ({ ...row, id: String(row.line) }))
}

/** How many rows would be written. */
export function writable(run: DryRun): number {
  return run.counts.new + run.counts.changed
}

/** The first passwords as a table to hand out. */
export function passwordTable(
  headings: readonly string[],
  passwords: readonly FirstPassword[],
): string[][] {
  return [
    [...headings],
    ...passwords.map((one) => [one.name, one.unit, one.username, one.password]),
  ]
}
