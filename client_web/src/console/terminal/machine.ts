/** The duty terminal as one pure function: nobody at the office has to press anything. */

import type { OpenEntry, Receipt, ServerMessage, SessionReady, Welcome } from '@/core/wire'

import { INITIAL, type Effect, type Event, type Phase, type State } from './state'

type Step = [State, Effect[]]

/** In these the center's roll-call is under way here. */
const BUSY: ReadonlySet<Phase> = new Set<Phase>(['announcing', 'joining', 'live'])

const stay = (state: State): Step => [state, []]

export function reduce(state: State, event: Event): Step {
  switch (event.type) {
    case 'link':
      return stay({ ...state, link: event.status })
    case 'server':
      return hear(state, event.message)
    case 'answer':
      return state.phase === 'asked' && state.entry ? answer(state, state.entry) : stay(state)
    case 'announced':
      return state.phase === 'announcing' ? join({ ...state, phase: 'joining' }) : stay(state)
    case 'camera_opened':
      return join({ ...state, cameraOpen: true, cameraFault: null })
    case 'camera_failed':
      return cameraFailed({ ...state, cameraOpen: false, cameraFault: event.fault }, event.detail)
    case 'camera_lost':
      return [{ ...state, cameraOpen: false }, BUSY.has(state.phase) ? [{ type: 'open_camera' }] : []]
    case 'retry_camera':
      return [{ ...state, cameraFault: null }, [...ticket(state.entry), { type: 'open_camera' }]]
    case 'connected':
      return stay({ ...state, phase: state.phase === 'joining' ? 'live' : state.phase })
    case 'media_failed':
      return mediaFailed(state)
    case 'silence':
      // The visit ended while this terminal was away.
      return BUSY.has(state.phase) && !state.session ? due(over(state)) : stay(state)
    case 'rested':
      return state.phase === 'ended' ? due(over(state)) : stay(state)
    case 'take_back':
      return [{ ...INITIAL, own: state.own }, [{ type: 'reconnect' }]]
    case 'own_media':
      return ownMedia(state, event.kind, event.on)
  }
}

function hear(state: State, message: ServerMessage): Step {
  switch (message.type) {
    case 'welcome':
      return stay(greeted(state, message))
    case 'terminal':
      return due({ ...state, status: message })
    case 'session':
      return session(state, message)
    case 'answer':
      return [state, message.purpose === 'publish' ? [{ type: 'accept', sdp: message.sdp }] : []]
    case 'encoding':
      return [state, [{ type: 'encode', wanted: message }]]
    case 'room':
      return stay({ ...state, room: message })
    case 'receipt':
      return receipt(state, message)
    case 'superseded':
      return [{ ...over(state), superseded: true }, [{ type: 'close_media' }]]
    case 'error':
      return refused(state, message.message)
    default:
      return stay(state)
  }
}

function greeted(state: State, welcome: Welcome): State {
  // A session goes on after a lost socket; the server names it again within a moment, and then a
  // new connection has to come up: until that is there nobody may be told that they are seen.
  const phase = state.phase === 'live' ? 'joining' : state.phase
  const next: State = { ...state, phase, welcome, session: null, trouble: '' }
  // A new call does not wait until the last one's end has been read.
  return state.phase === 'ended' && welcome.entries.length ? { ...over(next), welcome } : next
}

/** The call is over before it was answered: the window closed, or somebody cancelled it. */
function refused(state: State, trouble: string): Step {
  if (!BUSY.has(state.phase) || state.session) return stay({ ...state, trouble })
  const welcome = state.welcome && { ...state.welcome, entries: [] }
  return [{ ...over(state), welcome, trouble }, [{ type: 'close_media' }]]
}

/** Takes the first call that waits, where this terminal is free for one. */
function due(state: State): Step {
  const free = state.phase === 'ready' || state.phase === 'asked'
  const entry = state.welcome?.entries[0] ?? null
  if (!free || !state.status) return stay(state)
  if (!entry) return stay({ ...state, phase: 'ready', entry: null })
  if (state.status.answers_itself) return answer(state, entry)
  const again = state.phase === 'asked' && state.entry?.entry_id === entry.entry_id
  return [{ ...state, phase: 'asked', entry }, again ? [] : [{ type: 'ring' }]]
}

/** Being here is on record at once; the picture comes after the announcement. */
function answer(state: State, entry: OpenEntry): Step {
  const next: State = { ...state, phase: 'announcing', entry, receipt: null, cameraFault: null }
  return [next, [...ticket(entry), { type: 'announce' }]]
}

function ticket(entry: OpenEntry | null): Effect[] {
  return entry ? [{ type: 'send', message: { type: 'take_ticket', entry_id: entry.entry_id } }] : []
}

function session(state: State, message: SessionReady): Step {
  const next: State = { ...state, session: message }
  if (state.phase === 'announcing') return stay(next)
  if (BUSY.has(state.phase)) return join({ ...next, phase: 'joining' })
  // The server carries on what this page does not know of: it was loaded anew.
  return [{ ...next, phase: 'announcing', receipt: null }, [{ type: 'announce' }]]
}

/** Publishes once there are both a session and a camera. */
function join(state: State): Step {
  if (state.phase !== 'joining' && state.phase !== 'live') return stay(state)
  if (!state.cameraOpen) return [state, state.cameraFault ? [] : [{ type: 'open_camera' }]]
  return [state, state.session ? [{ type: 'publish', network: state.session }] : []]
}

function cameraFailed(state: State, detail: string): Step {
  if (!BUSY.has(state.phase) || !state.cameraFault) return stay(state)
  const problem = state.cameraFault
  return [state, [{ type: 'send', message: { type: 'camera_problem', problem, detail } }]]
}

function mediaFailed(state: State): Step {
  if (!state.session || (state.phase !== 'joining' && state.phase !== 'live')) return stay(state)
  return [{ ...state, phase: 'joining' }, [{ type: 'publish', network: state.session }]]
}

function receipt(state: State, message: Receipt): Step {
  // A camera that failed is said until it works again or somebody takes note of it.
  if (state.cameraFault) return stay({ ...state, receipt: message })
  const others = (state.welcome?.entries ?? []).filter((one) => one.entry_id !== message.entry_id)
  const again = message.can_retry ? state.welcome?.entries ?? [] : others
  const next: State = {
    ...over(state),
    welcome: state.welcome && { ...state.welcome, entries: again },
    phase: 'ended',
    receipt: message,
  }
  return [next, [{ type: 'close_media' }, { type: 'tell_ended' }, { type: 'rest' }]]
}

function over(state: State): State {
  return {
    ...state,
    phase: 'ready',
    entry: null,
    session: null,
    cameraOpen: false,
    cameraFault: null,
    room: null,
    own: INITIAL.own,
  }
}

function ownMedia(state: State, kind: 'camera' | 'microphone', on: boolean): Step {
  const own = { ...state.own, [kind]: on }
  const told: Effect[] = state.session ? [{ type: 'send', message: { type: kind, on } }] : []
  return [{ ...state, own }, [{ type: 'let_out', own }, ...told]]
}
