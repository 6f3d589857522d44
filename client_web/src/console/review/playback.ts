/** The recordings of an entry as attempts, each on one timeline that begins with its first picture. */
import type { RecordingView } from '../api/types'

export interface Span {
  readonly start_s: number
  readonly end_s: number
  readonly why: string
}

export interface Clip extends Omit<Span, 'why'> {
  readonly id: string
  readonly role: string
}

export interface Attempt {
  readonly sessionId: string
  readonly recordings: readonly RecordingView[]
  /** What can be played, in order. */
  readonly clips: readonly Clip[]
  readonly roles: readonly string[]
  readonly length_s: number
  /** Where the picture of the subject is missing. */
  readonly gaps: readonly Span[]
}

/** Out of step by more than this, a side is moved; less is left to its own clock. */
const STEP_S = 0.15
/** A pause between two recordings that is shorter is nothing to tell of. */
const HOLE_S = 0.5

const begun = (one: RecordingView): number => Date.parse(one.began_at ?? one.started_at) / 1000

function clipsOf(recordings: readonly RecordingView[]): Clip[] {
  const ready = recordings.filter((one) => one.state === 'ready')
  const zero = Math.min(...ready.map(begun))
  return ready
    .map((one) => {
      const start_s = begun(one) - zero
      return { id: one.id, role: one.role, start_s, end_s: start_s + (one.duration_s ?? 0) }
    })
    .sort((a, b) => a.start_s - b.start_s)
}

function gapsOf(recordings: readonly RecordingView[], clips: readonly Clip[]): Span[] {
  const subject = clips.filter((clip) => clip.role === 'subject')
  const gaps = subject.flatMap((clip) => {
    const recording = recordings.find((one) => one.id === clip.id)
    return (recording?.gaps ?? []).map((gap) => ({
      start_s: clip.start_s + gap.start_s,
      end_s: clip.start_s + gap.end_s,
      why: gap.why,
    }))
  })
  const holes = subject.slice(1).flatMap((clip, at) => {
    const before = subject[at]
    if (!before || clip.start_s - before.end_s < HOLE_S) return []
    return [{ start_s: before.end_s, end_s: clip.start_s, why: 'unrecorded' }]
  })
  return [...gaps, ...holes].sort((a, b) => a.start_s - b.start_s)
}

/** The newest first; the recordings of one session belong together. */
export function attempts(recordings: readonly RecordingView[]): Attempt[] {
  const sessions = new Map<string, RecordingView[]>()
  for (const one of [...recordings].sort((a, b) => begun(a) - begun(b))) {
    sessions.set(one.session_id, [...(sessions.get(one.session_id) ?? []), one])
  }
  return [...sessions.entries()].reverse().map(([sessionId, own]) => {
    const clips = clipsOf(own)
    return {
      sessionId,
      recordings: own,
      clips,
      roles: ['subject', 'officer'].filter((role) => clips.some((clip) => clip.role === role)),
      length_s: Math.max(0, ...clips.map((clip) => clip.end_s)),
      gaps: gapsOf(own, clips),
    }
  })
}

/** Where a moment of the session's video lies on the attempt's timeline. */
export function momentOf(attempt: Attempt, media_s: number): number {
  const start_s = attempt.clips.find((clip) => clip.role === 'subject')?.start_s ?? 0
  return start_s + media_s
}

/** A moment that somebody wants to see; a new object each time, so that it can be wished twice. */
export interface Jump {
  readonly sessionId: string
  readonly media_s: number
}

export function clipAt(attempt: Attempt, role: string, at_s: number): Clip | null {
  const own = attempt.clips.filter((clip) => clip.role === role)
  return own.find((clip) => clip.start_s <= at_s && at_s < clip.end_s) ?? null
}

/** Whose clock leads: the subject's where it is recorded, else whoever is; null in a hole. */
export function leaderAt(attempt: Attempt, at_s: number): Clip | null {
  for (const role of attempt.roles) {
    const clip = clipAt(attempt, role, at_s)
    if (clip) return clip
  }
  return null
}

/** The clip that begins next. */
export function nextClip(attempt: Attempt, at_s: number): Clip | null {
  return attempt.clips.find((clip) => clip.start_s > at_s) ?? null
}

/** Where a clip has to jump to, or null while it is in step. */
export function correction(clip: Clip, at_s: number, current_s: number): number | null {
  const wanted = at_s - clip.start_s
  return Math.abs(wanted - current_s) > STEP_S ? wanted : null
}

export function gapAt(attempt: Attempt, at_s: number): Span | null {
  return attempt.gaps.find((gap) => gap.start_s <= at_s && at_s < gap.end_s) ?? null
}
