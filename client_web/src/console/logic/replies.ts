/** Replies of persons beside their entries: who needs a look first, then the newest. */
import type { PersonReplyView } from '../api/types'
import type { RoundEntry } from './round_values'

export interface ReplyRow {
  entry: RoundEntry
  at: string | null
  where: string | null
  away: boolean
  /** Degrees, to about ten metres. */
  point: string
  accuracyM: number | null
  health: string | null
  report: string
  /** Unwell, in need of help, or away: a colleague should look. Nothing is held against anybody. */
  attention: boolean
}

export function replyRows(entries: readonly RoundEntry[], replies: readonly PersonReplyView[]): ReplyRow[] {
  const of = new Map(replies.map((reply) => [reply.entry_id, reply]))
  const rows = entries.map((entry) => row(entry, of.get(entry.entry_id)))
  return rows.sort(
    (a, b) => Number(b.attention) - Number(a.attention) || (b.at ?? '').localeCompare(a.at ?? ''),
  )
}

function row(entry: RoundEntry, reply: PersonReplyView | undefined): ReplyRow {
  const place = reply?.location ?? null
  const away = reply?.where === 'away'
  const ill = reply?.health === 'unwell' || reply?.health === 'need_help'
  return {
    entry,
    at: reply?.at ?? null,
    where: reply?.where ?? null,
    away,
    point: place ? `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}` : '',
    accuracyM: place ? Math.round(place.accuracy_m) : null,
    health: reply?.health ?? null,
    report: reply?.report ?? '',
    attention: away || ill,
  }
}
