/** From entries per state to the few large numbers of the screen. */
import { ENTRY_STATES, type EntryState, type Tone } from './states'

export const COUNT_GROUPS = ['present', 'active', 'review', 'waiting', 'absent', 'excused'] as const
export type CountGroup = (typeof COUNT_GROUPS)[number]

export const groupStates: Record<CountGroup, readonly EntryState[]> = {
  present: ['present'],
  active: ['arrived', 'in_session'],
  review: ['review'],
  waiting: ['pending', 'calling'],
  absent: ['absent'],
  excused: ['excused'],
}

export const groupTone: Record<CountGroup, Tone> = {
  present: 'ok',
  active: 'busy',
  review: 'check',
  waiting: 'idle',
  absent: 'settled',
  excused: 'idle',
}

export interface Tally {
  /** 应到: everybody but the voided. */
  expected: number
  groups: Record<CountGroup, number>
  void: number
}

export function tally(counts: Readonly<Record<string, number>>): Tally {
  const of = (state: EntryState) => counts[state] ?? 0
  const groups = Object.fromEntries(
    COUNT_GROUPS.map((group) => [group, groupStates[group].reduce((sum, s) => sum + of(s), 0)]),
  ) as Record<CountGroup, number>
  const expected = COUNT_GROUPS.reduce((sum, group) => sum + groups[group], 0)
  return { expected, groups, void: of('void') }
}

export function countStates(entries: readonly { state: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const entry of entries) counts[entry.state] = (counts[entry.state] ?? 0) + 1
  return counts
}

export function addCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const state of ENTRY_STATES) {
    const total = all.reduce((n, counts) => n + (counts[state] ?? 0), 0)
    if (total > 0) sum[state] = total
  }
  return sum
}

/** The group that a state is counted in; null for the voided. */
export function groupOf(state: string): CountGroup | null {
  return COUNT_GROUPS.find((g) => (groupStates[g] as readonly string[]).includes(state)) ?? null
}
