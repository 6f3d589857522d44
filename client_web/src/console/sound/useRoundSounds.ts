/** The round is heard as well as seen, for as long as its page is open. */
import { onBeforeUnmount, onMounted, watch } from 'vue'

import { now } from '../clock'
import { useRound } from '../stores/round'
import { useRoundOptions } from '../stores/roundOptions'
import { cueOf, RING_EVERY_S, rings } from './cues'
import type { SoundName } from './patterns'
import { SoundPlayer } from './player'

export function useRoundSounds(): void {
  const round = useRound()
  const options = useRoundOptions()
  const player = new SoundPlayer()
  const wake = () => player.wake()
  let rangAt = 0

  function play(name: SoundName): void {
    if (options.sounds) player.play(name, options.volume)
  }

  watch(
    () => round.view,
    (after, before) => {
      if (!after || before?.roll_call_id !== after.roll_call_id) return
      const cue = cueOf(before, after)
      if (cue) play(cue)
    },
  )
  watch(now, (at) => {
    if (!rings(round.current) || round.view?.state !== 'open') return
    if (at - rangAt < RING_EVERY_S * 1000) return
    rangAt = at
    play('ring')
  })
  onMounted(() => {
    document.addEventListener('keydown', wake)
    document.addEventListener('pointerdown', wake)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('keydown', wake)
    document.removeEventListener('pointerdown', wake)
    player.close()
  })
}
