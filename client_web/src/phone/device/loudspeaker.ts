/**
 * The voice of the center. Phones let a page speak only after a tap, and some only from an element
 * that was played in one: so every tap plays it, long before anybody has something to say.
 */

import { ref, watch, type ShallowRef } from 'vue'

export class Loudspeaker {
  /** The phone refuses until it is tapped. */
  readonly blocked = ref(false)
  private readonly audio = new Audio()

  constructor(private readonly stream: ShallowRef<MediaStream | null>) {
    watch(stream, () => void this.play())
    document.addEventListener('click', () => void this.play(), true)
  }

  async play(): Promise<void> {
    const wanted = this.stream.value
    if (this.audio.srcObject !== wanted || !wanted) this.audio.srcObject = wanted ?? new MediaStream()
    try {
      await this.audio.play()
      this.blocked.value = false
    } catch (error) {
      // A newer stream interrupts play(); only a refusal needs the person's tap.
      if ((error as DOMException).name === 'NotAllowedError') this.blocked.value = wanted !== null
    }
  }
}
