/**
 * Milliseconds before try number `tries` (0-based): doubling from 0.5 s to 8 s, of which half is
 * chance, so that a thousand phones do not come back to a restarted server in the same moment.
 */
export function backoffMs(tries: number, chance: number): number {
  const full = Math.min(8000, 500 * 2 ** Math.min(tries, 5))
  return Math.round(full / 2 + (full / 2) * chance)
}
