/** What the officer's keys mean for the one whose turn it is. */
import type { Outcome, Reason } from './reasons'
import { lastTried } from './round'
import type { ReachOutcome, RoundEntry, RoundOutcome } from './round_values'
import type { Tone } from './states'

/** One outcome of the row of keys. `asks`: what has to be chosen or pressed before it counts. */
export interface OutcomeKey {
  key: string
  name: 'normal' | 'leave' | 'device_fault' | 'off_post' | 'not_them' | 'unanswered'
  outcome: Outcome
  reason: Reason | null
  tone: Tone
  asks: 'how' | 'why' | 'again' | null
}

const NORMAL: OutcomeKey = {
  key: '1', name: 'normal', outcome: 'present', reason: null, tone: 'ok', asks: 'how',
}
const LEAVE: OutcomeKey = {
  key: '2', name: 'leave', outcome: 'excused', reason: null, tone: 'idle', asks: 'why',
}
const FAULT: OutcomeKey = {
  key: '3', name: 'device_fault', outcome: 'excused', reason: 'device_fault', tone: 'idle', asks: null,
}
const OFF_POST: OutcomeKey = {
  key: '4', name: 'off_post', outcome: 'absent', reason: 'off_post', tone: 'settled', asks: 'again',
}
const NOT_THEM: OutcomeKey = { ...OFF_POST, name: 'not_them', reason: 'mismatch' }
const UNANSWERED: OutcomeKey = {
  key: '5', name: 'unanswered', outcome: 'absent', reason: 'unanswered', tone: 'settled', asks: 'again',
}

/** A unit may be off its post; a person may be somebody else. */
export function outcomeKeys(kind: string): readonly OutcomeKey[] {
  return [NORMAL, LEAVE, FAULT, kind === 'person' ? NOT_THEM : OFF_POST, UNANSWERED]
}

/** Why nobody could be present at the screen: 请假 with its reason; the third and fourth need words. */
export const EXCUSES = [
  { key: '1', name: 'leave', reason: 'leave' },
  { key: '2', name: 'device_fault', reason: 'device_fault' },
  { key: '3', name: 'room_taken', reason: 'other' },
  { key: '4', name: 'other', reason: 'other' },
] as const satisfies readonly { key: string; name: string; reason: Reason }[]
export type Excuse = (typeof EXCUSES)[number]

/** How somebody was found to be present who is not on the screen. */
export const PRESENT_HOW = [
  { key: '1', name: 'by_phone', reason: 'by_phone' },
  { key: '2', name: 'on_site', reason: 'on_site' },
] as const satisfies readonly { key: string; name: string; reason: Reason }[]

/** How a call by phone may end, in the order of its keys. */
export const REACHES: readonly ReachOutcome[] = ['reached', 'no_answer', 'engaged']

/** On the screen by eye, after a call by phone; otherwise the officer has to say how. */
export function presentReason(entry: RoundEntry): Reason | null {
  if (entry.connection === 'live') return 'by_eye'
  const reached = (['phone', 'leader'] as const).some(
    (step) => lastTried(entry, step)?.outcome === 'reached',
  )
  return reached ? 'by_phone' : null
}

/** What has been proposed, as it is sent; null where there is nothing that a key could confirm. */
export function proposed(entry: RoundEntry): { outcome: RoundOutcome; reason: Reason | null } | null {
  const { proposal } = entry
  return proposal && { outcome: proposal.outcome, reason: proposal.reason as Reason | null }
}

const TONES: Record<RoundOutcome, Tone> = {
  present: 'ok',
  excused: 'idle',
  absent: 'settled',
  later: 'check',
  open: 'check',
}
export const outcomeTone = (outcome: RoundOutcome): Tone => TONES[outcome]

/** Whether the word for an outcome is the reason's own: a device fault is not a leave. */
export function outcomeWord(outcome: RoundOutcome, reason: string | null): string {
  if (outcome === 'excused') return reason === 'device_fault' ? 'device_fault' : 'excused'
  if (outcome === 'absent') return reason === 'off_post' || reason === 'mismatch' ? reason : 'unanswered'
  return outcome
}

/** Expected against seen. */
export type Likeness = 'match' | 'other' | 'stranger' | 'several' | 'none' | 'unknown'

export function likeness(entry: RoundEntry): Likeness {
  if (entry.face === 'recognised') return entry.recognised?.expected ? 'match' : 'other'
  if (entry.face === 'unrecognised') return 'stranger'
  return entry.face
}

export const likenessTone: Record<Likeness, Tone> = {
  match: 'ok',
  other: 'check',
  stranger: 'check',
  several: 'check',
  none: 'idle',
  unknown: 'idle',
}

/** The number for a step of the escalation: the office's own, then the leader on duty. */
export function numberFor(entry: RoundEntry, step: 'phone' | 'leader'): { name: string; number: string } {
  const leader = entry.expected.find((one) => one.leader)
  if (step === 'leader') return { name: leader?.name ?? '', number: leader?.phone ?? '' }
  const officer = entry.expected.find((one) => !one.leader && one.phone)
  return { name: officer?.name ?? '', number: entry.phone || (officer?.phone ?? '') }
}
