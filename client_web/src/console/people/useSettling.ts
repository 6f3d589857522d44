/** An officer's word on pictures that a person took: it is them, or take them again. */
import { ref, shallowRef } from 'vue'

import { endpoints } from '../api/endpoints'
import type { EnrolmentView } from '../api/types'

export type Outcome = 'confirmed' | 'rejected'

export function useSettling(id: string, settled: (outcome: Outcome) => void) {
  const busy = ref(false)
  const error = shallowRef<unknown>(null)
  /** Why nothing was kept, where nothing was. */
  const refusal = shallowRef<EnrolmentView | null>(null)

  async function attempt(outcome: Outcome, deed: () => Promise<boolean>): Promise<void> {
    busy.value = true
    error.value = null
    try {
      if (await deed()) settled(outcome)
    } catch (caught) {
      error.value = caught
    } finally {
      busy.value = false
    }
  }

  const confirm = (despiteDuplicate = '') =>
    attempt('confirmed', async () => {
      const answer = await endpoints.confirmSelfEnrolment(id, despiteDuplicate)
      refusal.value = answer.accepted ? null : answer
      return answer.accepted
    })

  const reject = (reason: string) =>
    attempt('rejected', async () => {
      await endpoints.rejectSelfEnrolment(id, reason)
      return true
    })

  return { busy, error, refusal, confirm, reject }
}
