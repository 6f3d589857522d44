/** What became of a roll-call, at a glance: one icon and one tone each, never a colour alone. */
import {
  CircleCheckFilled,
  Clock,
  RemoveFilled,
  Timer,
  WarningFilled,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { HappenedView } from '../api/types'
import type { Tone } from '../logic/states'

export type Fate = HappenedView['fate']

export const fateTone: Record<Fate, Tone> = {
  upcoming: 'idle',
  opened: 'ok',
  late: 'check',
  missed: 'fault',
  cancelled: 'idle',
}

export const fateIcon: Record<Fate, Component> = {
  upcoming: Clock,
  opened: CircleCheckFilled,
  late: Timer,
  missed: WarningFilled,
  cancelled: RemoveFilled,
}
