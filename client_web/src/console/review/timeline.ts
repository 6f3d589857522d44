/** The history of an entry in words: `<machine>.<event>` and its plain parameters. */
import type { TimelineItem } from '../api/types'
import { t, word, wordIfAny } from '../i18n'

type Loose = Readonly<Record<string, unknown>>

/** Rows that repeat what the entry's own row already says. */
const ECHOES: readonly string[] = ['decision.made', 'correction.made', 'recording.began']

const WORDED: Readonly<Record<string, string>> = {
  reason: 'reason',
  new_reason: 'reason',
  verdict: 'verdict',
  assurance: 'assurance',
  why: 'try',
  problem: 'problem',
  kind: 'prompt',
}
const COUNTED = ['attempt', 'number', 'index'] as const

/** "entry.ticket_taken" and "ticket_taken" are the same event. */
export function eventOf(kind: string): string {
  return kind.slice(kind.lastIndexOf('.') + 1)
}

/** Without echoes, and of looks one after the other by the same person only the last. */
export function tidied(items: readonly TimelineItem[]): TimelineItem[] {
  const rows = items.filter((item) => !ECHOES.includes(item.kind))
  return rows.filter((item, at) => {
    const next = rows[at + 1]
    const looks = eventOf(item.kind) === 'viewed'
    return !(looks && next && next.kind === item.kind && next.actor === item.actor)
  })
}

export function timelineText(item: TimelineItem): string {
  return wordIfAny(`event.${item.kind}`) ?? word('event', eventOf(item.kind))
}

const object = (value: unknown): Loose =>
  typeof value === 'object' && value !== null ? (value as Loose) : {}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What was said with the event, and what became of the entry. */
function plain(item: TimelineItem): Loose {
  const { details, record, ...flat } = item.params
  const { state, reason, attempt } = object(record)
  const became = item.kind.startsWith('entry.') ? { state, reason, attempt } : {}
  return { ...became, ...flat, ...object(details) }
}

function states(params: Loose, kind: string): string {
  const [before, after] = [text(params['old_state']), text(params['new_state'])]
  if (before && after) return `${word('entry.state', before)} → ${word('entry.state', after)}`
  const state = text(params['state'])
  const said = eventOf(kind).startsWith('officer_')
  return state && !said ? word('entry.state', state) : ''
}

/** The parameters that say something to an officer; the rest stays in the audit log. */
export function timelineDetails(item: TimelineItem): string {
  const params = plain(item)
  const parts = [states(params, item.kind)]
  for (const [name, prefix] of Object.entries(WORDED)) {
    const value = text(params[name])
    if (value) parts.push(word(prefix, value))
  }
  for (const name of COUNTED) {
    const value = params[name]
    if (typeof value === 'number' && value > 0) parts.push(t(`timeline.${name}`, { n: value }))
  }
  const note = text(params['note'])
  if (note) parts.push(`“${note}”`)
  return [...new Set(parts)].filter(Boolean).join(' · ')
}

export function actorText(actor: string): string {
  if (actor === 'system' || actor === '') return t('actor.system')
  if (actor.startsWith('person')) return t('actor.person')
  return actor.startsWith('officer/') ? t('actor.officer') : actor
}
