/** Substitutions of the officer's units, and how many wait for this officer's word. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

import { rosterApi, type SubstitutionView } from '../api/roster'

export const useDuty = defineStore('duty', () => {
  const substitutions = shallowRef<SubstitutionView[] | null>(null)
  const waiting = computed(
    () => substitutions.value?.filter((one) => one.may_decide).length ?? 0,
  )

  async function load(): Promise<void> {
    substitutions.value = await rosterApi.substitutions()
  }

  return { substitutions, waiting, load }
})
