/** What the terminal lets be heard; browsers allow it only once somebody has touched the page. */

import { ref } from 'vue'

const VOLUME = 0.35
const NOTE_S = 0.28
/** Hertz. */
const CALLED = [523, 659, 784]
const RING = [659, 523, 659, 523]
const ENDED = [784, 659]

export class Sounds {
  /** The browser refuses until somebody touches the page. */
  readonly blocked = ref(false)
  private made: AudioContext | null = null

  constructor() {
    document.addEventListener('click', () => void this.wake(), true)
    document.addEventListener('keydown', () => void this.wake(), true)
  }

  /** The context, running where the browser lets it. */
  async context(): Promise<AudioContext | null> {
    try {
      this.made ??= new AudioContext()
    } catch {
      return null // no sound here at all
    }
    await this.wake()
    return this.made
  }

  called(): Promise<void> {
    return this.play(CALLED)
  }

  ring(): Promise<void> {
    return this.play(RING)
  }

  ended(): Promise<void> {
    return this.play(ENDED)
  }

  private async wake(): Promise<void> {
    if (this.made?.state === 'suspended') {
      // Without a gesture the promise may never settle.
      await Promise.race([this.made.resume().catch(() => undefined), pause(300)])
    }
    this.blocked.value = this.made?.state === 'suspended'
  }

  private async play(notes: readonly number[]): Promise<void> {
    const context = await this.context()
    if (context?.state !== 'running') return
    notes.forEach((hertz, index) => tone(context, hertz, context.currentTime + index * NOTE_S, NOTE_S, VOLUME))
    await pause(notes.length * NOTE_S * 1000)
  }
}

/** One note; times in seconds of the context's clock. */
export function tone(context: AudioContext, hertz: number, start: number, seconds: number, volume: number): void {
  const source = context.createOscillator()
  const gain = context.createGain()
  source.frequency.value = hertz
  gain.gain.setValueAtTime(volume, start)
  gain.gain.setValueAtTime(volume, start + seconds * 0.7)
  gain.gain.exponentialRampToValueAtTime(0.001, start + seconds)
  source.connect(gain).connect(context.destination)
  source.start(start)
  source.stop(start + seconds)
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
