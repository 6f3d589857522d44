/**
 * A short sound when a movement was seen or is over. Phones let a page sound only after a tap, so
 * the first tap makes it ready; a phone that refuses stays silent, and vibrates where it can.
 */

const VOLUME = 0.25
const NOTE_S = 0.16
/** Hertz: up where it was seen, one low note where it is only over. */
const PASSED = [660, 990]
const OVER = [440]

export class Chime {
  private context: AudioContext | null = null

  constructor() {
    document.addEventListener('click', () => this.wake(), true)
  }

  private wake(): void {
    try {
      this.context ??= new AudioContext()
    } catch {
      return // no sound here
    }
    if (this.context.state === 'suspended') void this.context.resume().catch(() => undefined)
  }

  ring(passed: boolean): void {
    const { context } = this
    if (context?.state !== 'running') return
    const notes = passed ? PASSED : OVER
    notes.forEach((hertz, index) => this.note(context, hertz, context.currentTime + index * NOTE_S))
  }

  private note(context: AudioContext, hertz: number, start: number): void {
    const tone = context.createOscillator()
    const volume = context.createGain()
    tone.frequency.value = hertz
    volume.gain.setValueAtTime(VOLUME, start)
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S)
    tone.connect(volume).connect(context.destination)
    tone.start(start)
    tone.stop(start + NOTE_S)
  }
}
