/**
 * What stands in a form of daily figures: kept in this browser with every key, on the server a moment
 * later, so that nothing typed is lost by a reload, a lost line or a crash.
 */

import { reactive, ref, shallowRef } from 'vue'

import type { Typed, UnitFigures } from '../api/duty'
import { ApiError } from '../api/request'

const PAUSE_MS = 800
const AGAIN_MS = 5000

export type Saved = 'saved' | 'saving' | 'unsaved'

export class Draft {
  readonly typed: Typed = reactive({})
  readonly saved = ref<Saved>('saved')
  readonly error = shallowRef<unknown>(null)
  private timer: ReturnType<typeof setTimeout> | undefined
  private writing: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly key: string,
    initial: Typed,
    private readonly save: (typed: Typed, done: boolean) => Promise<UnitFigures>,
    private readonly came: (figures: UnitFigures) => void,
  ) {
    const kept = this.kept()
    Object.assign(this.typed, initial, kept ?? {})
    if (kept) this.later(0)
  }

  /** A key was pressed in a field. */
  type(field: string, text: string): void {
    this.typed[field] = text
    this.error.value = null
    this.keep()
    this.later(PAUSE_MS)
  }

  /** True once it has been handed in; else `error` says why not, and the draft is saved. */
  async handIn(): Promise<boolean> {
    clearTimeout(this.timer)
    return this.write(true)
  }

  /** The page goes: what is not on the server yet stays in this browser. */
  close(): void {
    clearTimeout(this.timer)
  }

  private later(ms: number): void {
    clearTimeout(this.timer)
    this.saved.value = 'unsaved'
    this.timer = setTimeout(() => void this.write(false), ms)
  }

  /** One after the other: an older write must not overtake a newer one. */
  private write(done: boolean): Promise<boolean> {
    const next = this.writing.then(() => this.writeNow(done))
    this.writing = next
    return next
  }

  private async writeNow(done: boolean): Promise<boolean> {
    const sent = { ...this.typed }
    this.saved.value = 'saving'
    try {
      const figures = await this.save(sent, done)
      this.error.value = null
      this.settle(sent)
      this.came(figures)
      return true
    } catch (caught) {
      const status = caught instanceof ApiError ? caught.status : 0
      // What is refused by its contents is on the server all the same.
      if (status === 400 && done) this.settle(sent)
      else this.saved.value = 'unsaved'
      if (done || (status >= 400 && status < 500)) this.error.value = caught
      else this.later(AGAIN_MS)
      return false
    }
  }

  private settle(sent: Typed): void {
    const same = JSON.stringify(sent) === JSON.stringify({ ...this.typed })
    this.saved.value = same ? 'saved' : 'unsaved'
    if (same) localStorage.removeItem(this.key)
  }

  private keep(): void {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.typed))
    } catch {
      // A full or closed storage: the server has it a moment later.
    }
  }

  private kept(): Typed | null {
    try {
      const text = localStorage.getItem(this.key)
      return text ? (JSON.parse(text) as Typed) : null
    } catch {
      return null
    }
  }
}

export const draftKey = (unit: string, day: string): string => `rollcall.figures.${unit}.${day}`
