/** Which entries of a roll-call are listed, and how they go into a spreadsheet. */
import type { EntryView } from '../api/types'
import { groupOf, type CountGroup } from '../logic/counts'

export interface EntryFilter {
  group: CountGroup | null
  office: string
  search: string
}

export function filtered(entries: readonly EntryView[], by: EntryFilter): EntryView[] {
  const words = by.search.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter((entry) => {
    if (by.group !== null && groupOf(entry.state) !== by.group) return false
    if (by.office !== '' && !entry.offices.includes(by.office)) return false
    const text = `${entry.subject_name} ${entry.dossier_number} ${entry.phone}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

export function officesOf(entries: readonly EntryView[], locale: string): string[] {
  const names = new Set(entries.flatMap((entry) => entry.offices))
  return [...names].sort(new Intl.Collator(locale).compare)
}
