/** The roll-calls of one local day with their live counts. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { endpoints } from '../api/endpoints'
import type { RollCallView } from '../api/types'
import { addCounts } from '../logic/counts'

export interface CountsChange {
  roll_call_id: string
  state: string
  counts: Readonly<Record<string, number>>
}

const RUNNING = ['open', 'suspended', 'closing']

/** What runs now first, then the latest. */
function byUrgency(a: RollCallView, b: RollCallView): number {
  const rank = (call: RollCallView) => (RUNNING.includes(call.state) ? 0 : 1)
  return rank(a) - rank(b) || b.opens_at.localeCompare(a.opens_at)
}

export const useToday = defineStore('today', () => {
  const day = ref('')
  const rollCalls = shallowRef<RollCallView[]>([])
  const loaded = ref(false)
  const counts = computed(() => addCounts(rollCalls.value.map((call) => call.counts)))

  async function load(wanted: string): Promise<void> {
    if (wanted !== day.value) {
      rollCalls.value = []
      loaded.value = false
    }
    day.value = wanted
    const fetched = await endpoints.rollCalls(wanted)
    if (day.value !== wanted) return
    rollCalls.value = fetched.sort(byUrgency)
    loaded.value = true
  }

  /** Returns false for a roll-call that is not in the list: fetch the list anew. */
  function apply(change: CountsChange): boolean {
    const known = rollCalls.value.some((call) => call.id === change.roll_call_id)
    rollCalls.value = rollCalls.value.map((call) =>
      call.id === change.roll_call_id
        ? { ...call, state: change.state, counts: { ...change.counts } }
        : call,
    )
    return known
  }

  return { day, rollCalls, loaded, counts, load, apply }
})
