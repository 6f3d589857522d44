/** Refusals among colleagues, which need no hand: told in passing, not as a fault. */
const POLITE: ReadonlySet<string> = new Set([
  'talk_taken',
  'broadcast_taken',
  'broadcasting',
  'cannot_hear',
])

export const isPolite = (code: string): boolean => POLITE.has(code)
