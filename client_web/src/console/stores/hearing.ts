/** Whom this console hears: whoever is large, unless the officer wants quiet, or speaks with another. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'

import { useAir } from './air'
import { useFloor } from './floor'
import { useLive } from './live'
import { useViewing } from './viewing'

export const useHearing = defineStore('hearing', () => {
  const live = useLive()
  const air = useAir()
  const floor = useFloor()
  const viewing = useViewing()
  /** Whether the large one is heard; stays as the officer chose it. */
  const listening = ref(true)
  /** The browser wants a click before it lets anybody be heard. */
  const blocked = ref(false)

  /** A camera has no voice. */
  const voiceless = computed(() =>
    live.sessions.some((one) => one.session_id === viewing.spot && one.kind === 'camera'),
  )
  const target = computed(() => (listening.value && !voiceless.value ? viewing.spot : null))
  const hears = computed(() => floor.you.hearing)

  /** A talk brings its own hearing; the server ends that with it, so it is said again after. */
  function say(): void {
    if (viewing.state === 'up' && air.talk === null) {
      live.send({ type: 'listen', session_id: target.value })
    }
  }

  watch([target, () => air.talk, () => viewing.state], say)
  // Another officer talks with whom we look at: that officer is seen and heard beside.
  watch(
    () => {
      const spot = viewing.spot
      const other = spot === null ? null : floor.participants.get(spot)?.talking_with
      return other && floor.you.talking !== spot ? spot : null
    },
    (session) => (viewing.beside = session),
  )

  return { listening, blocked, hears }
})
