/** A round (点名进行) as the server tells it, and what the screen makes of it. */
import type { RoundChange, RoundEntry, RoundView } from './round_values'
import { isFinal } from './states'

/** Where the screen stands: before the first call, in the middle, when all had their turn, after it. */
export type Phase = 'closed' | 'ready' | 'calling' | 'review' | 'finished'

export const isOpenCall = (state: string): boolean => state === 'open' || state === 'suspended'

export function phaseOf(view: RoundView): Phase {
  if (view.finished_at || ['closing', 'closed'].includes(view.state)) return 'finished'
  if (!isOpenCall(view.state)) return 'closed'
  if (view.current) return 'calling'
  return view.entries.some((entry) => entry.seconds !== null) ? 'review' : 'ready'
}

/** The whole round after a message: what changed replaces what was, the rest stays; an older one is not taken. */
export function merged(view: RoundView, change: RoundChange): RoundView {
  if (change.roll_call_id !== view.roll_call_id || change.version < view.version) return view
  const known = new Map(view.entries.map((entry) => [entry.entry_id, entry]))
  for (const entry of change.entries) known.set(entry.entry_id, entry)
  return { ...view, ...change, entries: [...known.values()] }
}

/** Entries in calling order; any that the order does not name come last. */
export function inOrder(view: RoundView): RoundEntry[] {
  const place = new Map(view.order.map((id, at) => [id, at]))
  const at = (entry: RoundEntry) => place.get(entry.entry_id) ?? view.order.length
  return [...view.entries].sort((a, b) => at(a) - at(b))
}

/** The one after `from` in the order (or before it) that is not settled, going round once. */
export function neighbour(view: RoundView, from: string | null, by: 1 | -1): RoundEntry | null {
  const all = inOrder(view)
  const start = all.findIndex((entry) => entry.entry_id === from)
  for (let step = 1; step <= all.length; step++) {
    const begin = start < 0 && by < 0 ? 0 : start
    const entry = all[(begin + by * step + all.length * 2) % all.length]
    if (entry && entry.entry_id !== from && !isFinal(entry.state)) return entry
  }
  return null
}

export const isOpen = (entry: RoundEntry): boolean => !isFinal(entry.state)

/** What a row of the queue says beside the entry's state. */
export type Mark = 'current' | 'done' | 'live' | 'ringing' | 'lost' | 'signed_in' | 'offline'

export function markOf(entry: RoundEntry, current: string | null): Mark {
  if (entry.entry_id === current) return 'current'
  return isFinal(entry.state) ? 'done' : entry.connection
}

/** Seconds of the present turn, without suspensions; null where nobody has it. */
export function turnSeconds(view: RoundView, now: number): number | null {
  if (!view.current_since) return null
  const until = view.paused_at ? Date.parse(view.paused_at) : now
  return Math.max(0, (until - Date.parse(view.current_since)) / 1000)
}

export interface Progress {
  done: number
  total: number
  /** 0..1 */
  share: number
  elapsedS: number
  perUnitS: number | null
  /** Seconds still to go at the present pace; null while nothing is known of it. */
  leftS: number | null
}

/** `now` in milliseconds by the server's clock. */
export function progressOf(view: RoundView, now: number): Progress {
  const { total, settled } = view.counts
  const begun = view.started_at ? Date.parse(view.started_at) : null
  const until = view.finished_at ? Date.parse(view.finished_at) : now
  const elapsedS = begun === null ? 0 : Math.max(0, (until - begun) / 1000)
  const perUnitS = view.seconds_per_unit
  const left = Math.max(0, total - settled)
  return {
    done: settled,
    total,
    share: total === 0 ? 0 : settled / total,
    elapsedS,
    perUnitS,
    leftS: perUnitS === null || left === 0 ? null : perUnitS * left,
  }
}

/** How many of those still open are seen now: what the officer waits for before the first call. */
export function connected(view: RoundView): { live: number; of: number; missing: RoundEntry[] } {
  const open = view.entries.filter(isOpen)
  const missing = inOrder(view).filter((entry) => isOpen(entry) && entry.connection !== 'live')
  return { live: open.length - missing.length, of: open.length, missing }
}

/** Which session is large for this entry; null where nobody is to be seen. */
export function sessionOf(entry: RoundEntry | null): string | null {
  return entry?.connection === 'live' ? entry.session_id : null
}

/** How often the phone or the leader was tried, and with which end last. */
export function lastTried(entry: RoundEntry, step: 'phone' | 'leader') {
  return entry.tried.filter((one) => one.step === step).at(-1) ?? null
}
