/** What each sound is made of; no files, so that nothing is fetched. */

export interface Tone {
  /** Hertz. */
  pitch: number
  /** Seconds after the sound begins. */
  at: number
  /** Seconds. */
  length: number
  /** Of the volume that the officer chose, 0..1. */
  loudness: number
}

export type SoundName = 'ring' | 'live' | 'settled' | 'attention' | 'finished'

const tone = (pitch: number, at: number, length: number, loudness = 0.5): Tone => ({
  pitch,
  at,
  length,
  loudness,
})

/** Told apart by rhythm as well as by pitch. */
export const SOUNDS: Record<SoundName, readonly Tone[]> = {
  /** The called one's terminal rings. */
  ring: [tone(440, 0, 0.35), tone(480, 0, 0.35), tone(440, 0.5, 0.35), tone(480, 0.5, 0.35)],
  /** The called one is on the screen. */
  live: [tone(659, 0, 0.12), tone(880, 0.12, 0.2)],
  settled: [tone(988, 0, 0.08, 0.3)],
  /** The called one is lost, or says that something is wrong. */
  attention: [tone(587, 0, 0.14), tone(440, 0.18, 0.14), tone(587, 0.36, 0.14)],
  finished: [tone(523, 0, 0.15), tone(659, 0.16, 0.15), tone(784, 0.32, 0.35)],
}

/** Seconds from the first tone to the end of the last. */
export const lengthOf = (name: SoundName): number =>
  Math.max(...SOUNDS[name].map((one) => one.at + one.length))
