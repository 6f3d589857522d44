import { afterEach, expect, it, vi } from 'vitest'

import { Chime } from './chime'

const started: number[] = []

/** As much of Web Audio as a chime needs; it runs once it was resumed. */
class FakeAudio {
  state = 'suspended'
  currentTime = 0
  destination = {}
  resume(): Promise<void> {
    this.state = 'running'
    return Promise.resolve()
  }
  createOscillator() {
    const tone = {
      frequency: { value: 0 },
      connect: <T>(next: T) => next,
      start: () => started.push(tone.frequency.value),
      stop: () => undefined,
    }
    return tone
  }
  createGain() {
    const gain = { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined }
    return { gain, connect: () => undefined }
  }
}

afterEach(() => {
  started.length = 0
  vi.unstubAllGlobals()
})

it('sounds after a tap, higher where the movement was seen', () => {
  vi.stubGlobal('AudioContext', FakeAudio)
  const chime = new Chime()
  chime.ring(true)
  expect(started).toEqual([])
  document.dispatchEvent(new MouseEvent('click'))
  chime.ring(true)
  const passed = started.splice(0)
  chime.ring(false)
  expect(Math.min(...passed)).toBeGreaterThan(Math.max(...started))
  expect(started).toHaveLength(1)
})

it('stays silent where the phone has no sound for pages', () => {
  vi.stubGlobal('AudioContext', undefined)
  const chime = new Chime()
  document.dispatchEvent(new MouseEvent('click'))
  expect(() => chime.ring(true)).not.toThrow()
})
