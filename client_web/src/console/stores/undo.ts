/** The last decision, as long as it can be taken back. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

import { endpoints } from '../api/endpoints'
import { freshen, now } from '../clock'
import { secondsLeft, undoable, type Undoable } from '../logic/undo'

export const useUndo = defineStore('undo', () => {
  const last = shallowRef<Undoable | null>(null)
  const left = computed(() => (last.value ? secondsLeft(last.value, now.value) : 0))
  const open = computed(() => left.value > 0)

  function offer(
    decided: { entryId: string; name: string; outcome: string },
    serverUntil?: string | null,
  ): void {
    freshen()
    last.value = undoable(decided, now.value, serverUntil)
  }

  /** Take the decision back (a Correction); returns the entry it was about. */
  async function take(): Promise<string | null> {
    const undo = last.value
    if (!undo || secondsLeft(undo, now.value) === 0) return null
    last.value = null
    await endpoints.undo(undo.entryId)
    return undo.entryId
  }

  function dismiss(): void {
    last.value = null
  }

  return { last, left, open, offer, take, dismiss }
})
