/** The window in which a decision can be taken back; the server has the last word on it. */

export const UNDO_WINDOW_MS = 10_000

export interface Undoable {
  entryId: string
  name: string
  outcome: string
  until: number
}

/**
 * `serverUntil` is cut to the window: the page's idea of the server's clock is late by what the
 * greeting took, and nobody is shown more seconds than there are.
 */
export function undoable(
  decided: { entryId: string; name: string; outcome: string },
  now: number,
  serverUntil?: string | null,
): Undoable {
  const latest = now + UNDO_WINDOW_MS
  const until = serverUntil ? Math.min(new Date(serverUntil).getTime(), latest) : latest
  return { ...decided, until }
}

/** Whole seconds left, 0 when it is over. */
export function secondsLeft(undo: Undoable, now: number): number {
  return Math.max(0, Math.ceil((undo.until - now) / 1000))
}
