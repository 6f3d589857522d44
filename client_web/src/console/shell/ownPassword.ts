/** What a form asks of somebody who sets their own password; the dialog and the page share it. */
import { computed, reactive, type ComputedRef } from 'vue'

import { MIN_PASSWORD } from '../logic/first_password'

export interface OwnPassword {
  old: string
  fresh: string
  again: string
}

export function useOwnPassword(): { form: OwnPassword; complete: ComputedRef<boolean> } {
  const form = reactive<OwnPassword>({ old: '', fresh: '', again: '' })
  const complete = computed(
    () => form.old !== '' && form.fresh.length >= MIN_PASSWORD && form.again === form.fresh,
  )
  return { form, complete }
}
