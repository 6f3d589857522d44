/** The values of a round as the console uses them; the wire's own stand in `core/wire`. */
import type { RoundEntry, RoundTried, RoundView } from '@/core/wire'

import type { Reason } from './reasons'

export type { RoundEntry, RoundView }
export type Tried = RoundTried

/** `round_changed`: the round with only those entries that changed. */
export type RoundChange = RoundView

export type RoundOutcome = 'present' | 'excused' | 'absent' | 'later' | 'open'
export type ReachOutcome = NonNullable<RoundTried['outcome']>
export type EscalationStep = 'phone' | 'leader'

export interface Confirmation {
  entry_id: string
  outcome: RoundOutcome
  reason: Reason | null
  note: string
  advance?: boolean
}

export interface Escalation {
  entry_id: string
  step: EscalationStep
  number: string
  outcome: ReachOutcome | null
  note: string
}
