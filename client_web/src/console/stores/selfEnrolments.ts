/** Persons' own enrolments that are open: asked for, waiting for an officer, or sent back. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { endpoints } from '../api/endpoints'
import type { SelfEnrolmentView } from '../api/types'
import { byUrgency } from '../logic/enrolment'

export const useSelfEnrolments = defineStore('selfEnrolments', () => {
  const open = shallowRef<SelfEnrolmentView[]>([])
  const loaded = ref(false)
  const waiting = computed(() => open.value.filter((one) => one.state === 'submitted').length)

  async function load(): Promise<void> {
    open.value = byUrgency(await endpoints.selfEnrolments())
    loaded.value = true
  }

  /** Settled: gone from the list before the server is asked again. */
  function remove(id: string): void {
    open.value = open.value.filter((one) => one.id !== id)
  }

  return { open, loaded, waiting, load, remove }
})
