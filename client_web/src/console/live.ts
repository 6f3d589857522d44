/** Keeping a page in step with the server: messages while it is shown, a fresh start on reconnect. */
import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import type { ServerMessage } from '@/core/wire'

import { useLive } from './stores/live'

/** Hear the server's messages while the component is on the screen. */
export function useMessages(handler: (message: ServerMessage) => void): void {
  const live = useLive()
  let silence: (() => void) | null = null
  onMounted(() => {
    silence = live.listen(handler)
  })
  onBeforeUnmount(() => silence?.())
}

export interface Loader {
  busy: Ref<boolean>
  error: ShallowRef<unknown>
  run: () => Promise<void>
}

/** Runs `load` now and whenever the link to the server comes back; keeps its error for the page. */
export function useLoader(load: () => Promise<void>): Loader {
  const live = useLive()
  const busy = ref(false)
  const error = shallowRef<unknown>(null)

  async function run(): Promise<void> {
    busy.value = true
    try {
      await load()
      error.value = null
    } catch (caught) {
      error.value = caught
    } finally {
      busy.value = false
    }
  }

  onMounted(run)
  watch(
    () => live.connections,
    (count, before) => {
      if (before > 0 && count > before) void run()
    },
  )
  return { busy, error, run }
}

/** At most one run per `pauseMs`, and always one after the last call. */
export function settle(run: () => void, pauseMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  return () => {
    timer ??= setTimeout(() => {
      timer = null
      run()
    }, pauseMs)
  }
}
