/** A dialog that saves: open until it has worked, busy while it does, its error kept for the form. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Saving {
  open: Ref<boolean>
  busy: Ref<boolean>
  error: ShallowRef<unknown>
  save: () => Promise<void>
}

export function useSaving<Saved>(
  write: () => Promise<Saved>,
  done: (saved: Saved) => void,
): Saving {
  const open = ref(true)
  const busy = ref(false)
  const error = shallowRef<unknown>(null)

  async function save(): Promise<void> {
    busy.value = true
    error.value = null
    try {
      const saved = await write()
      open.value = false
      done(saved)
    } catch (caught) {
      error.value = caught
    } finally {
      busy.value = false
    }
  }

  return { open, busy, error, save }
}
