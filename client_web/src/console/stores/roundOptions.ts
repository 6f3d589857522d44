/** How this officer likes the round: kept on this desk. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

const STORED = 'rollcall.console.round'

interface Kept {
  follow: boolean
  listen: boolean
  talk: boolean
  sounds: boolean
  volume: number
}

const USUAL: Kept = { follow: true, listen: true, talk: false, sounds: true, volume: 0.6 }

function kept(): Kept {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<Kept>) }
  } catch {
    return USUAL
  }
}

export const useRoundOptions = defineStore('roundOptions', () => {
  const was = kept()
  /** Whose turn it is becomes large by itself. */
  const follow = ref(was.follow)
  /** And is heard. */
  const listen = ref(was.listen)
  /** And is spoken with: the own camera and microphone are on through the whole round. */
  const talk = ref(was.talk)
  const sounds = ref(was.sounds)
  /** 0..1 */
  const volume = ref(was.volume)

  watch([follow, listen, talk, sounds, volume], () => {
    const next: Kept = {
      follow: follow.value,
      listen: listen.value,
      talk: talk.value,
      sounds: sounds.value,
      volume: volume.value,
    }
    localStorage.setItem(STORED, JSON.stringify(next))
  })

  return { follow, listen, talk, sounds, volume }
})
