/** The wall: which sessions are on its page, how many, and which one is large. */
import { computed, onBeforeUnmount, ref, watch, type Ref } from 'vue'

import type { LiveSession } from '@/core/wire'

import { useAir } from '../stores/air'
import { useViewing } from '../stores/viewing'
import { stepSize, storedSize, storeSize, type WallSize } from './layout'
import { pageOf } from './slots'

export function useWall(sessions: Ref<readonly LiveSession[]>) {
  const viewing = useViewing()
  const air = useAir()
  const chosen = ref(storedSize())
  const page = ref(0)
  const size = computed({ get: () => chosen.value, set: choose })

  const pages = computed(() => Math.max(1, Math.ceil(sessions.value.length / size.value)))
  const shown = computed(() => pageOf(sessions.value, page.value, size.value))
  const spot = computed(
    () => sessions.value.find((one) => one.session_id === viewing.spot) ?? null,
  )

  // Connected before anybody is live, so that the first picture need not wait for it.
  const unmount = viewing.mountWall()

  function turn(by: number): void {
    page.value = Math.min(Math.max(0, page.value + by), pages.value - 1)
  }

  /** The first picture of the page stays on it. */
  function choose(next: WallSize): void {
    const first = page.value * chosen.value
    chosen.value = next
    page.value = Math.floor(first / next)
    storeSize(next)
  }

  const resize = (by: number): void => choose(stepSize(chosen.value, by))

  /** The one after the large one, or before it; the wall's page follows. */
  function next(by: number): void {
    const all = sessions.value
    const at = all.findIndex((one) => one.session_id === viewing.spot)
    const to = all[(at + by + all.length) % all.length]
    if (to) viewing.spot = to.session_id
  }

  watch(
    [shown, size],
    () => viewing.show(shown.value.map((one) => one.session_id), size.value),
    { immediate: true },
  )
  watch(sessions, () => turn(0))
  watch(
    () => viewing.spot,
    (id) => {
      const at = sessions.value.findIndex((one) => one.session_id === id)
      if (at >= 0) page.value = Math.floor(at / size.value)
    },
  )
  onBeforeUnmount(() => {
    // Whoever is spoken with stays in sight from other pages too.
    if (air.talk === null) viewing.spot = null
    unmount()
  })

  return { size, page, pages, shown, spot, turn, resize, next }
}
