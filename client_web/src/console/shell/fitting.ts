/** How many places of the navigation fit side by side; the rest goes under "more". */

/**
 * `widths`: of each place in px, in their order; `room`: what the navigation may fill; `more`: the
 * width of the "more" button, which is needed only where not all of them fit.
 */
export function fitting(widths: readonly number[], room: number, more: number): number {
  const whole = widths.reduce((sum, width) => sum + width, 0)
  if (whole <= room) return widths.length
  let left = room - more
  let count = 0
  for (const width of widths) {
    left -= width
    if (left < 0) break
    count += 1
  }
  return count
}
