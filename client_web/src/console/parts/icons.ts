/** One icon a state: a colour never stands alone. */
import {
  Bell,
  CircleCheckFilled,
  CircleCloseFilled,
  Clock,
  DocumentChecked,
  Flag,
  Loading,
  Remove,
  RemoveFilled,
  Search,
  Timer,
  VideoCameraFilled,
  VideoPause,
  WarningFilled,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { CountGroup } from '../logic/counts'
import type { EntryState, RollCallState } from '../logic/states'

export const entryIcons: Record<EntryState, Component> = {
  pending: Clock,
  calling: Bell,
  arrived: Timer,
  in_session: VideoCameraFilled,
  review: Search,
  present: CircleCheckFilled,
  absent: CircleCloseFilled,
  excused: DocumentChecked,
  void: Remove,
}

export const rollCallIcons: Record<RollCallState, Component> = {
  draft: Clock,
  scheduled: Clock,
  open: VideoCameraFilled,
  suspended: VideoPause,
  closing: Loading,
  closed: CircleCheckFilled,
  missed: WarningFilled,
  cancelled: RemoveFilled,
}

export const groupIcons: Record<CountGroup, Component> = {
  present: CircleCheckFilled,
  active: VideoCameraFilled,
  review: Search,
  waiting: Clock,
  absent: CircleCloseFilled,
  excused: DocumentChecked,
}

export { Bell as BellIcon, Flag as SummaryIcon, WarningFilled as FaultIcon }
