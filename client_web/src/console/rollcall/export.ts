/** The rows of a roll-call's spreadsheet: a heading and one row an entry, worded. */
import type { EntryView } from '../api/types'
import { t, word } from '../i18n'
import { clockSeconds, localDay, type Zone } from '../logic/moments'
import { wordOf } from '../logic/states'

function moment(at: string | null, zone: Zone): string {
  return at ? `${localDay(at, zone.timeZone)} ${clockSeconds(at, zone)}` : ''
}

export function entryRows(entries: readonly EntryView[], zone: Zone): string[][] {
  const heading = ['name', 'dossier', 'office', 'state', 'reason', 'arrived', 'settled', 'settledBy']
  return [
    heading.map((field) => t(`field.${field}`)),
    ...entries.map((entry) => [
      entry.subject_name,
      entry.dossier_number,
      entry.offices.join(' / '),
      word('entry.state', wordOf(entry.state, entry.subject_kind === 'unit')),
      entry.reason ? word('reason', entry.reason) : '',
      moment(entry.arrived_at, zone),
      moment(entry.settled_at, zone),
      entry.settled_by ?? '',
    ]),
  ]
}
