/** Round trips over the signaling socket. */

import type { ClientMessage } from '@/core/wire'

const GONE_MS = 3000

export class Echoes {
  private readonly waiting = new Map<string, () => void>()
  private count = 0

  constructor(private readonly send: (message: ClientMessage) => boolean) {}

  /** Milliseconds there and back; null where no answer came. */
  measure(): Promise<number | null> {
    const id = `echo-${++this.count}`
    const since = performance.now()
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(null), GONE_MS)
      const finish = (ms: number | null) => {
        clearTimeout(timer)
        this.waiting.delete(id)
        resolve(ms)
      }
      this.waiting.set(id, () => finish(performance.now() - since))
      if (!this.send({ type: 'echo', id })) finish(null)
    })
  }

  came(id: string): void {
    this.waiting.get(id)?.()
  }
}
