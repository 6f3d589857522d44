/** Which sound a change of the round calls for. */
import type { RoundEntry, RoundView } from '../logic/round_values'
import type { SoundName } from './patterns'

/** Seconds between two rings while the called one has not answered. */
export const RING_EVERY_S = 4

const find = (view: RoundView, id: string | null): RoundEntry | undefined =>
  view.entries.find((one) => one.entry_id === id)

/** At most one a change, the most telling first; `before` is the same round a moment ago. */
export function cueOf(before: RoundView, after: RoundView): SoundName | null {
  if (!before.finished_at && after.finished_at) return 'finished'
  const now = find(after, after.current)
  const was = find(before, after.current)
  if (now && was && before.current === after.current) {
    if (now.connection === 'lost' && was.connection !== 'lost') return 'attention'
    if (now.exception && !was.exception) return 'attention'
    if (now.connection === 'live' && was.connection !== 'live') return 'live'
  }
  return after.counts.settled > before.counts.settled ? 'settled' : null
}

/** Whether the called one's terminal rings now. */
export const rings = (entry: RoundEntry | null): boolean => entry?.connection === 'ringing'
