/** The turn in one sentence, for those who hear the page. */
import { t, word } from '../i18n'
import { outcomeWord } from '../logic/round_decision'
import type { RoundEntry, RoundView } from '../logic/round_values'

export function announcement(view: RoundView, entry: RoundEntry | null): string {
  if (view.finished_at) return t('round.said.finished')
  if (!entry) return ''
  const { proposal } = entry
  return [
    t('round.turnOf', {
      name: entry.name,
      place: view.order.indexOf(entry.entry_id) + 1,
      of: view.counts.total,
    }),
    word('round.mark', entry.connection),
    proposal &&
      t('round.proposes', { outcome: t(`round.outcome.${outcomeWord(proposal.outcome, proposal.reason)}`) }),
  ]
    .filter(Boolean)
    .join(t('punctuation.comma'))
}
