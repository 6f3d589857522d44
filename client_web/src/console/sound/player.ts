/** Plays the round's sounds. Nothing is heard before the officer has touched the page (autoplay policy). */
import { SOUNDS, type SoundName, type Tone } from './patterns'

/** A tone comes and goes so fast that no click is heard. */
const EDGE_S = 0.015

export class SoundPlayer {
  private context: AudioContext | null = null

  /** After a key or a click: browsers let nobody be heard before. */
  wake(): void {
    this.context ??= new AudioContext()
    if (this.context.state === 'suspended') void this.context.resume()
  }

  /** `volume` 0..1. */
  play(name: SoundName, volume: number): void {
    const context = this.context
    if (context?.state !== 'running' || volume <= 0) return
    for (const tone of SOUNDS[name]) sound(context, tone, volume)
  }

  close(): void {
    void this.context?.close()
    this.context = null
  }
}

function sound(context: AudioContext, tone: Tone, volume: number): void {
  const begin = context.currentTime + tone.at
  const end = begin + tone.length
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.frequency.value = tone.pitch
  gain.gain.setValueAtTime(0, begin)
  gain.gain.linearRampToValueAtTime(tone.loudness * volume * 0.4, begin + EDGE_S)
  gain.gain.setValueAtTime(tone.loudness * volume * 0.4, end - EDGE_S)
  gain.gain.linearRampToValueAtTime(0, end)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(begin)
  oscillator.stop(end)
}
