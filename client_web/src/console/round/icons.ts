/** Icons and colours of the round: none stands without its word. */
import {
  Bell,
  CaretRight,
  CircleCheckFilled,
  CircleCloseFilled,
  Clock,
  Connection,
  DocumentChecked,
  Monitor,
  Refresh,
  Search,
  Tools,
  VideoCameraFilled,
  WarningFilled,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { Mark } from '../logic/round'
import { outcomeWord, type OutcomeKey } from '../logic/round_decision'
import type { RoundEntry, RoundOutcome } from '../logic/round_values'
import { entryTone, type EntryState, type Tone } from '../logic/states'
import { entryIcons } from '../parts/icons'

export const markIcons: Record<Exclude<Mark, 'done'>, Component> = {
  current: CaretRight,
  live: VideoCameraFilled,
  ringing: Bell,
  lost: WarningFilled,
  signed_in: Monitor,
  offline: Clock,
}

export const markTones: Record<Exclude<Mark, 'done'>, Tone> = {
  current: 'busy',
  live: 'busy',
  ringing: 'idle',
  lost: 'fault',
  signed_in: 'idle',
  offline: 'idle',
}

export const outcomeIcons: Record<RoundOutcome, Component> = {
  present: CircleCheckFilled,
  excused: DocumentChecked,
  absent: CircleCloseFilled,
  later: Refresh,
  open: Search,
}

export const keyIcons: Record<OutcomeKey['name'], Component> = {
  normal: CircleCheckFilled,
  leave: DocumentChecked,
  device_fault: Tools,
  off_post: CircleCloseFilled,
  not_them: CircleCloseFilled,
  unanswered: CircleCloseFilled,
}

/** A settled entry, or one in review, shows its own state; everybody else how they are connected. */
export function badgeOf(entry: RoundEntry, mark: Mark): { icon: Component; tone: Tone; word: string } {
  if (mark !== 'done') return { icon: markIcons[mark], tone: markTones[mark], word: `round.mark.${mark}` }
  const state = entry.state as EntryState
  const decided = state === 'present' || state === 'excused' || state === 'absent' ? state : null
  return {
    icon: decided === 'excused' && entry.reason === 'device_fault' ? Tools : entryIcons[state],
    tone: entryTone[state],
    word: decided ? `round.outcome.${outcomeWord(decided, entry.reason)}` : `entry.state.${state}`,
  }
}

export { Connection as ConnectionIcon }
