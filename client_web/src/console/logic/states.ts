/** The states of `roll_call.entry` and `roll_call.call`, and how they are told apart at a glance. */

export const ENTRY_STATES = [
  'pending',
  'calling',
  'arrived',
  'in_session',
  'review',
  'present',
  'absent',
  'excused',
  'void',
] as const
export type EntryState = (typeof ENTRY_STATES)[number]

/** The word of a state under `entry.state`: nobody verifies a unit, it is connected. */
export function wordOf(state: string, ofUnit: boolean): string {
  return ofUnit && state === 'in_session' ? 'connected' : state
}

export const ROLL_CALL_STATES = [
  'draft',
  'scheduled',
  'open',
  'suspended',
  'closing',
  'closed',
  'missed',
  'cancelled',
] as const
export type RollCallState = (typeof ROLL_CALL_STATES)[number]

/** What a colour may mean; `settled` is ink: an officer's own word, neither good nor a fault. */
export type Tone = 'ok' | 'busy' | 'check' | 'idle' | 'fault' | 'settled'

export const entryTone: Record<EntryState, Tone> = {
  pending: 'idle',
  calling: 'idle',
  arrived: 'busy',
  in_session: 'busy',
  review: 'check',
  present: 'ok',
  absent: 'settled',
  excused: 'idle',
  void: 'idle',
}

export const rollCallTone: Record<RollCallState, Tone> = {
  draft: 'idle',
  scheduled: 'idle',
  open: 'busy',
  suspended: 'fault',
  closing: 'check',
  closed: 'ok',
  missed: 'fault',
  cancelled: 'idle',
}

export function isFinal(state: string): boolean {
  return ['present', 'absent', 'excused', 'void'].includes(state)
}

export function isRollCallOver(state: string): boolean {
  return ['closed', 'missed', 'cancelled'].includes(state)
}

/** The order that puts first what needs an officer. */
export const urgency: Record<EntryState, number> = {
  review: 0,
  in_session: 1,
  arrived: 2,
  calling: 3,
  pending: 4,
  absent: 5,
  excused: 6,
  present: 7,
  void: 8,
}
