/** Times of the page in its language and in the center's zone. */

import { calendarDay, clockTime, DEFAULT_ZONE, onRecord } from '@/core/clock'
import type { State } from '../flow/state'
import { locale } from './words'

export const zoneOf = (state: State): string => state.welcome?.time_zone ?? DEFAULT_ZONE

export const timeOf = (state: State, at: string): string => clockTime(at, locale.value, zoneOf(state))

export const dayOf = (state: State, at: string): string =>
  calendarDay(at, locale.value, zoneOf(state))

export const recordOf = (state: State, at: string): string => onRecord(at, zoneOf(state))
