/** As the server wants it. */
export const MIN_PASSWORD = 10

/** A password to read out: twelve of 32 characters without those that look alike (60 bits). */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
const GROUPS = 3
const GROUP = 4

export function firstPassword(): string {
  const drawn = crypto.getRandomValues(new Uint8Array(GROUPS * GROUP))
  const letters = [...drawn].map((byte) => LETTERS[byte % LETTERS.length])
  return Array.from({ length: GROUPS }, (_, n) =>
    letters.slice(n * GROUP, (n + 1) * GROUP).join(''),
  ).join('-')
}
