/** Whose turn it is becomes large, is heard, and is spoken with, as the officer chose it. */
import { computed, onBeforeUnmount, watch } from 'vue'

import { sessionOf } from '../logic/round'
import { useAir } from '../stores/air'
import { useHearing } from '../stores/hearing'
import { useRound } from '../stores/round'
import { useRoundOptions } from '../stores/roundOptions'
import { useSession } from '../stores/session'
import { useViewing } from '../stores/viewing'

export function useFollowing(): void {
  const round = useRound()
  const options = useRoundOptions()
  const viewing = useViewing()
  const hearing = useHearing()
  const air = useAir()
  const officer = useSession()

  // With or without a wall on the screen: the called one is seen and heard.
  const unmount = viewing.mountWall()
  onBeforeUnmount(() => {
    viewing.spot = null
    unmount()
  })

  const session = computed(() => sessionOf(round.current))
  const conducts = computed(() => round.view?.conductor?.id === officer.view?.officer.id)

  function look(): void {
    if (options.follow) viewing.spot = session.value
  }

  /** Nobody goes on being spoken with once it is another's turn. */
  function speak(now: string | null, before: string | null | undefined): void {
    if (air.broadcast) return
    if (now && options.talk && conducts.value && officer.can('talk')) void air.talkTo(now)
    else if (air.talk !== null && air.talk === before) air.stop()
  }

  watch(session, (now, before) => {
    look()
    speak(now, before)
  }, { immediate: true })
  watch(() => options.follow, look)
  watch(() => options.listen, (on) => (hearing.listening = on), { immediate: true })
  watch(
    () => options.talk,
    (on) => {
      if (on) speak(session.value, null)
      else if (air.talk !== null && air.talk === session.value) air.stop()
    },
  )
}
