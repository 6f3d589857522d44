import { expect, it } from 'vitest'

import { colourAt, isDim } from './light'

const LIGHT = { colours: ['#ffffff', '#181818', '#30ff50'], each_ms: 500 }
/** Those that the server draws from (media/faces/light_sequences.py). */
const COLOURS = '#ffffff #ff7070 #30ff50 #5068ff #ffff40 #40ffff #ff60ff #181818'.split(' ')
/** WCAG 2.2, contrast of large and bold words. */
const LARGE_TEXT = 3

it('shows each colour for its time by the clock, then none', () => {
  expect(colourAt(LIGHT, 0)).toEqual({ colour: '#ffffff', leftMs: 500 })
  expect(colourAt(LIGHT, 620)).toEqual({ colour: '#181818', leftMs: 380 })
  expect(colourAt(LIGHT, 1499)?.colour).toBe('#30ff50')
  expect(colourAt(LIGHT, 1500)).toBeNull()
})

it('lets its words be read on every colour', () => {
  const ink = luminance('#10182a')
  for (const colour of COLOURS) {
    const ground = luminance(colour)
    const words = isDim(colour) ? 1 : ink
    const contrast = (Math.max(ground, words) + 0.05) / (Math.min(ground, words) + 0.05)
    expect(contrast, colour).toBeGreaterThan(LARGE_TEXT)
  }
})

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((place) => parseInt(colour.slice(place, place + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
