/** Which colour the screen shows when, and what can be read on it. */

import type { ScreenLight } from '@/core/wire'

/** The colour at this time and how long it stays; null when all have been shown. */
export function colourAt(
  { colours, each_ms }: Pick<ScreenLight, 'colours' | 'each_ms'>,
  sinceMs: number,
): { colour: string; leftMs: number } | null {
  const index = Math.floor(sinceMs / each_ms)
  const colour = colours[index]
  return colour === undefined ? null : { colour, leftMs: (index + 1) * each_ms - sinceMs }
}

/** Relative luminance of `#rrggbb`, 0..1 (WCAG 2.2). */
function luminance(colour: string): number {
  const parts = [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16) / 255)
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Where white words stand out more than the page's dark ones do. */
export const isDim = (colour: string): boolean => luminance(colour) < 0.2
