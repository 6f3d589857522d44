/** The roll-call that is open on the screen, with its entries. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

import type { ReplyReceived } from '@/core/wire'

import { endpoints, type RollCallAction } from '../api/endpoints'
import type { EntryView, RollCallView } from '../api/types'
import { countStates, tally } from '../logic/counts'
import { isFinal } from '../logic/states'
import type { CountsChange } from './today'

export interface EntryChange {
  roll_call_id: string
  entry_id: string
  state: string
  reason: string | null
  session_id: string | null
  at: string
}

/** An entry as the message says it is; the moment of arrival is the first that we hear of. */
export function patched(entry: EntryView, change: EntryChange): EntryView {
  const arrives = change.state === 'arrived' || change.state === 'in_session'
  const settles = isFinal(change.state)
  return {
    ...entry,
    state: change.state,
    reason: change.reason,
    session_id: change.session_id,
    updated_at: change.at,
    settled_at: settles ? change.at : null,
    arrived_at: entry.arrived_at ?? (arrives ? change.at : null),
  }
}

export const useRollCall = defineStore('rollCall', () => {
  const call = shallowRef<RollCallView | null>(null)
  const entries = shallowRef<EntryView[]>([])
  const totals = computed(() => tally(countStates(entries.value)))

  async function load(id: string): Promise<void> {
    if (call.value?.id !== id) {
      call.value = null
      entries.value = []
    }
    const [fetched, list] = await Promise.all([endpoints.rollCall(id), endpoints.entries(id)])
    call.value = fetched
    entries.value = list
  }

  async function steer(action: RollCallAction): Promise<void> {
    if (!call.value) return
    const id = call.value.id
    await endpoints.steerRollCall(id, action)
    await load(id)
  }

  function applyEntry(change: EntryChange): void {
    if (change.roll_call_id !== call.value?.id) return
    entries.value = entries.value.map((entry) =>
      entry.id === change.entry_id ? patched(entry, change) : entry,
    )
  }

  function applyCounts(change: CountsChange): void {
    if (change.roll_call_id !== call.value?.id) return
    call.value = { ...call.value, state: change.state, counts: { ...change.counts } }
  }

  function applyReply({ entry_id, at, health, note, latitude, longitude, accuracy_m }: ReplyReceived): void {
    const reply = { at, health, note, latitude, longitude, accuracy_m }
    entries.value = entries.value.map((one) => (one.id === entry_id ? { ...one, reply } : one))
  }

  return { call, entries, totals, load, steer, applyEntry, applyCounts, applyReply }
})
