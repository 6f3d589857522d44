/** Talk, listen, mute and broadcast on the roll-call screen. */
import { ref, type Ref } from 'vue'

import { sessionOf } from '../logic/round'
import type { RoundEntry } from '../logic/round_values'
import { useAir } from '../stores/air'
import { useFloor } from '../stores/floor'
import { useHearing } from '../stores/hearing'
import { useLive } from '../stores/live'
import { useSession } from '../stores/session'

export function useVoices(current: Ref<RoundEntry | null>) {
  const air = useAir()
  const floor = useFloor()
  const hearing = useHearing()
  const live = useLive()
  const officer = useSession()
  const asking = ref(false)

  function talk(): void {
    const session = sessionOf(current.value)
    if (air.talk !== null && air.talk === session) return air.stop()
    if (session === null || air.broadcast || !officer.can('talk')) return
    if (!floor.participants.get(session)?.talking_with) void air.talkTo(session)
  }

  function mute(): void {
    const session = sessionOf(current.value)
    const here = session === null ? undefined : floor.participants.get(session)
    if (here && officer.can('talk')) floor.mute(here.session_id, !here.muted)
  }

  function listen(): void {
    hearing.listening = !hearing.listening
  }

  function broadcast(): void {
    if (air.broadcast) air.stop()
    else if (officer.can('broadcast') && live.sessions.length > 0) asking.value = true
  }

  return { asking, talk, mute, listen, broadcast }
}
