/** The queue of cases that wait for an officer. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { endpoints } from '../api/endpoints'
import type { EntryView } from '../api/types'

export const useReview = defineStore('review', () => {
  const cases = shallowRef<EntryView[]>([])
  const loaded = ref(false)
  const waiting = computed(() => cases.value.length)

  async function load(): Promise<void> {
    const fetched = await endpoints.review()
    cases.value = fetched.sort((a, b) => a.updated_at.localeCompare(b.updated_at))
    loaded.value = true
  }

  /** The case to look at once `id` is done: the one after it, else the one before. */
  function neighbour(id: string): EntryView | null {
    const at = cases.value.findIndex((one) => one.id === id)
    if (at < 0) return cases.value[0] ?? null
    return cases.value[at + 1] ?? cases.value[at - 1] ?? null
  }

  function step(id: string | null, by: 1 | -1): EntryView | null {
    const at = cases.value.findIndex((one) => one.id === id)
    if (at < 0) return cases.value[0] ?? null
    return cases.value[Math.min(Math.max(at + by, 0), cases.value.length - 1)] ?? null
  }

  function remove(id: string): void {
    cases.value = cases.value.filter((one) => one.id !== id)
  }

  return { cases, loaded, waiting, load, neighbour, step, remove }
})
