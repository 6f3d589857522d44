/** When the self-test runs: at the start, once in the morning, and whenever somebody asks. */

import { shallowRef } from 'vue'

import type { Network, SelfTestView } from '@/core/wire'

import { now, zone } from '../clock'
import { clockTime, localDay } from '../logic/moments'
import { selfTest, type Part, type Result } from './self_test'
import type { Sounds } from './sounds'

/** Before the morning's roll-call, so that there is time to mend what is broken. */
const MORNING = { from: '08:30', until: '12:00' }
const EVERY_MS = 30_000
/** A page that is loaded again need not begin anew. */
const FRESH_MS = 3_600_000
const ASKED_MS = 20_000

export interface Running {
  part: Part
  level: number
  stream: MediaStream | null
  /** The tone was not picked up by the microphone: did somebody hear it? */
  asking: boolean
}

export interface Around {
  network: () => Network
  echo: () => Promise<number | null>
  /** Nobody calls now. */
  free: () => boolean
  report: (result: Result) => void
}

export class SelfTesting {
  /** What is tried now; null while nothing is. */
  readonly running = shallowRef<Running | null>(null)
  /** Of the run that has just ended, until it is put away. */
  readonly result = shallowRef<Result | null>(null)
  private reply: ((heard: boolean | null) => void) | null = null
  private considered = false
  private last: SelfTestView | null = null
  private readonly timer = setInterval(() => this.morning(), EVERY_MS)

  constructor(
    private readonly sounds: Sounds,
    private readonly around: Around,
  ) {}

  stop(): void {
    clearInterval(this.timer)
    this.interrupt()
  }

  /** The server says what the last one found; the first word after the start decides. */
  consider(last: SelfTestView | null): void {
    this.last = last
    if (this.considered) return
    this.considered = true
    const age = last ? now.value - Date.parse(last.at) : Infinity
    if (age > FRESH_MS) void this.run(false)
  }

  /** `shown`: somebody asked and wants to see what came out of it. */
  async run(shown: boolean): Promise<void> {
    if (this.running.value || !this.around.free()) return
    this.result.value = null
    this.change({ part: 'camera', level: -120, stream: null, asking: false })
    const result = await selfTest({
      sounds: this.sounds,
      network: this.around.network,
      echo: this.around.echo,
      progress: (part, level = -120) => this.change({ part, level }),
      shown: (stream) => this.change({ stream }),
      heard: () => this.ask(shown),
    })
    this.running.value = null
    if (shown) this.result.value = result
    this.around.report(result)
  }

  heard(yes: boolean): void {
    this.reply?.(yes)
  }

  putAway(): void {
    this.result.value = null
  }

  /** A call comes first: whoever is asked need not answer any more. */
  interrupt(): void {
    this.reply?.(null)
    this.putAway()
  }

  private ask(shown: boolean): Promise<boolean | null> {
    // A test that began by itself finds nobody at the desk.
    if (!shown) return Promise.resolve(null)
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.reply?.(null), ASKED_MS)
      this.reply = (heard) => {
        clearTimeout(timer)
        this.reply = null
        this.change({ asking: false })
        resolve(heard)
      }
      this.change({ asking: true })
    })
  }

  private morning(): void {
    const time = clockTime(now.value, zone.value)
    const today = localDay(now.value, zone.value.timeZone)
    const done = this.last && localDay(this.last.at, zone.value.timeZone) === today
    if (!done && time >= MORNING.from && time < MORNING.until) void this.run(false)
  }

  private change(more: Partial<Running>): void {
    const before = this.running.value ?? { part: 'camera', level: -120, stream: null, asking: false }
    this.running.value = { ...before, ...more }
  }
}
