/** The reason codes of `roll_call.reasons`, and which of them an officer may give for what. */

export const REASONS = [
  'never_reached',
  'unanswered',
  'mismatch',
  'inconclusive',
  'low_assurance',
  'no_reference',
  'technical_failure',
  'declined_face',
  'arrival_expired',
  'off_post',
  'device_fault',
  'leave',
  'verified',
  'by_eye',
  'by_phone',
  'on_site',
  'other',
  'cancelled',
] as const
export type Reason = (typeof REASONS)[number]

export type Outcome = 'present' | 'absent' | 'excused'
export type CorrectedOutcome = Outcome | 'void'

/** The longest note that the domain takes, in characters. */
export const MAX_NOTE = 500

/** Reasons offered for an outcome, as `roll_call.decisions` allows them, the likeliest first. */
export const outcomeReasons: Record<CorrectedOutcome, readonly Reason[]> = {
  present: ['by_eye', 'by_phone', 'on_site', 'device_fault', 'other'],
  absent: ['never_reached', 'unanswered', 'mismatch', 'off_post', 'other'],
  excused: ['leave', 'technical_failure', 'device_fault', 'other'],
  void: ['cancelled', 'other'],
}

/** The reason that a case of this kind most likely ends with. */
export function suggestedReason(outcome: CorrectedOutcome, current: string | null): Reason {
  const offered = outcomeReasons[outcome]
  return offered.find((reason) => reason === current && reason !== 'other') ?? offered[0]!
}

/** An absence is the officer's own word and is never recorded without one. */
export function noteRequired(outcome: string, reason: string): boolean {
  return outcome === 'absent' || outcome === 'void' || reason === 'other'
}
