/** The history of an entry in words: `<machine>.<event>` and its plain parameters. */
import type { TimelineItem } from '../api/types'
import { t, word } from '../i18n'

/** "entry.ticket_taken" and "ticket_taken" are the same event. */
export function eventOf(kind: string): string {
  return kind.slice(kind.lastIndexOf('.') + 1)
}

export function timelineText(item: TimelineItem): string {
  return word('event', eventOf(item.kind))
}

const WORDED: Readonly<Record<string, string>> = {
  state: 'entry.state',
  outcome: 'entry.state',
  new_state: 'entry.state',
  old_state: 'entry.state',
  reason: 'reason',
  new_reason: 'reason',
  verdict: 'verdict',
  assurance: 'assurance',
  why: 'try',
  problem: 'problem',
  kind: 'prompt',
}
const PLAIN = ['attempt', 'number', 'index'] as const

/** The parameters that say something to an officer; the rest stays in the audit log. */
export function timelineDetails(item: TimelineItem): string {
  const parts: string[] = []
  for (const [name, prefix] of Object.entries(WORDED)) {
    const value = item.params[name]
    if (typeof value === 'string' && value) parts.push(word(prefix, value))
  }
  for (const name of PLAIN) {
    const value = item.params[name]
    if (typeof value === 'number') parts.push(t(`timeline.${name}`, { n: value }))
  }
  const note = item.params['note']
  if (typeof note === 'string' && note) parts.push(`“${note}”`)
  return parts.filter((part, at) => parts.indexOf(part) === at).join(' · ')
}

export function actorText(actor: string): string {
  if (actor === 'system' || actor === '') return t('actor.system')
  if (actor.startsWith('person')) return t('actor.person')
  return actor.startsWith('officer/') ? t('actor.officer') : actor
}
