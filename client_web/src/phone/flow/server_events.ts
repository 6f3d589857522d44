/** What each message of the server does to the page. */

import type { Failure, Receipt, ServerMessage, SessionReady, Ticket, Welcome } from '@/core/wire'

import { afterMovements, onQuestions } from './answers'
import { onEnrolmentState, onPictureSeen } from './enrolment'
import { LIVE, send, type Effect, type State, type Transition } from './state'

/** Codes with which the server turns a device away that it does not know (any more). */
const UNREGISTERED = ['unknown_device', 'bad_signature']

const takeTicket = (entryId: string): Effect => send({ type: 'take_ticket', entry_id: entryId })

/** The first screen: what is due, or that nothing is. */
export const base = (welcome: Welcome | null): State['screen'] =>
  welcome?.entries.length ? 'due' : 'nothing-due'

function onWelcome(state: State, welcome: Welcome): Transition {
  // What is wanted of the person besides is told after every welcome, and only then.
  const asked = { enrolment: null, seen: null, looking: false }
  const next: State = { ...state, ...asked, welcome, linkProblem: null, consentSent: false }
  switch (state.screen) {
    case 'starting':
    case 'link-problem':
    case 'due':
    case 'nothing-due':
      return [{ ...next, screen: base(welcome) }, []]
    case 'receipt':
    case 'enrol':
    case 'superseded':
    case 'failure':
      return [next, []]
  }
  // In the middle of a check-in: the server either resumes the session or begins it anew.
  const resumes = welcome.resumed && state.session !== null
  if (resumes || !state.entryId || state.receipt) return [next, []]
  return [{ ...next, session: null }, [takeTicket(state.entryId)]]
}

/** A new ticket leads on; a ticket that is only told again leaves the person where they are. */
function beforeConsent(state: State, ticket: Ticket): State['screen'] {
  const known = state.ticket?.entry_id === ticket.entry_id
  const stays = state.screen === 'decline' || (state.screen === 'due' && known)
  return stays ? state.screen : 'notice'
}

function onTicket(state: State, ticket: Ticket): Transition {
  const sameEntry = state.entryId === ticket.entry_id
  const consent = sameEntry ? state.consent : null
  const next: State = { ...state, ticket, consent, entryId: ticket.entry_id, trouble: null }
  if (consent === null) return [{ ...next, screen: beforeConsent(state, ticket) }, []]
  const screen = LIVE.has(state.screen) || state.screen === 'camera-problem' ? state.screen : 'waiting'
  if (state.consentSent) return [{ ...next, screen }, []]
  const message = send({ type: 'consent', face_verification: consent })
  return [{ ...next, screen, consentSent: true }, [message]]
}

function onSession(state: State, session: SessionReady): Transition {
  const screen = LIVE.has(state.screen) ? state.screen : 'camera-check'
  const next: State = {
    ...state,
    screen,
    session,
    entryId: session.entry_id,
    consent: true,
    consentSent: true,
    receipt: null,
    cameraFault: null,
    trouble: null,
  }
  // A server that has come back does not know what the person had switched off.
  const told = (['camera', 'microphone'] as const)
    .filter((kind) => !state.own[kind])
    .map((type) => send({ type, on: false }))
  return [next, [{ type: 'open_camera' }, ...told]]
}

function onReceipt(state: State, receipt: Receipt): Transition {
  const next: State = {
    ...state,
    receipt,
    // Somebody who is reading how to allow the camera goes on reading.
    screen: state.cameraFault ? 'camera-problem' : 'receipt',
    session: null,
    ticket: null,
    room: null,
    own: { camera: true, microphone: true },
    consentSent: false,
    step: null,
    tryFault: null,
    light: null,
    advice: undefined,
    locating: false,
    trouble: null,
  }
  return [next, [{ type: 'close_camera' }, { type: 'keep_receipt', receipt }]]
}

function onFailure(state: State, failure: Failure): Transition {
  const next: State = { ...state, trouble: failure.message, looking: false }
  if (failure.fatal) {
    next.room = null
    const unregistered = UNREGISTERED.includes(failure.code)
    const screen = unregistered ? 'link-problem' : 'failure'
    const linkProblem = unregistered ? 'unregistered' : null
    return [{ ...next, screen, linkProblem }, [{ type: 'close_camera' }]]
  }
  const refused = !state.ticket && ['notice', 'decline', 'waiting'].includes(state.screen)
  if (!refused) return [next, []]
  return [{ ...next, screen: base(state.welcome), entryId: null, consent: null }, []]
}

const quiet = (state: State): Transition => [state, []]

/** Late advice must not tear the person away from a question, nor out of the light. */
function onAdvice(state: State, problem: State['advice']): Transition {
  const asked = ['light', 'question', 'location', 'finishing'].includes(state.screen)
  return quiet({ ...state, advice: problem, screen: asked ? state.screen : 'camera-check' })
}

/** Messages of one attempt's movements. */
function onMovement(state: State, message: ServerMessage): Transition {
  switch (message.type) {
    case 'hold_still': {
      const { index, total } = message
      const step = { phase: 'ready', index, total, prompt: null } as const
      return quiet({ ...state, screen: 'prompts', advice: null, step })
    }
    case 'prompt': {
      const { index, total, id, kind, digits = null } = message
      const step = { phase: 'moving', index, total, prompt: { id, kind, digits } } as const
      return quiet({ ...state, screen: 'prompts', step, tryFault: null })
    }
    case 'step_passed': {
      const { index, total } = message
      const passed: State = { ...state, step: { phase: 'passed', index, total, prompt: null } }
      const next = index + 1 < total ? passed : afterMovements(passed)
      return [next, [{ type: 'signal', passed: true }]]
    }
    case 'try_failed': {
      const step = state.step && { ...state.step, phase: 'ready' as const, prompt: null, index: 0 }
      const screen = message.tries_left > 0 ? 'prompts' : 'finishing'
      return quiet({ ...state, screen, step, tryFault: message.why })
    }
    case 'screen_light':
      return quiet({ ...state, screen: 'light', light: message, advice: null })
    default:
      return quiet(state)
  }
}

export function onServer(state: State, message: ServerMessage): Transition {
  switch (message.type) {
    case 'welcome':
      return onWelcome(state, message)
    case 'ticket':
      return onTicket(state, message)
    case 'session':
      return onSession(state, message)
    case 'answer':
      return [state, [{ type: 'accept_answer', sdp: message.sdp }]]
    case 'encoding':
      return [state, [{ type: 'encode', wanted: message }]]
    case 'room':
      return quiet(state.session ? { ...state, room: message } : state)
    case 'advice':
      return state.session ? onAdvice(state, message.problem) : quiet(state)
    case 'questions':
      return onQuestions(state, message.items, message.location_wanted)
    case 'enrolment_state':
      return quiet(onEnrolmentState(state, message))
    case 'picture_seen':
      return quiet(onPictureSeen(state, message))
    case 'receipt':
      return onReceipt(state, message)
    case 'superseded':
      return [{ ...state, screen: 'superseded', room: null }, [{ type: 'close_camera' }]]
    case 'error':
      return onFailure(state, message)
    default:
      return state.session ? onMovement(state, message) : quiet(state)
  }
}

/** The colours have been shown; what was asked before them goes on, else the server's work. */
export function onLightOver(state: State, id: string): State {
  if (state.screen !== 'light' || state.light?.id !== id) return state
  return afterMovements({ ...state, light: null })
}

/**
 * The server has resumed us and then said nothing: what we waited for was over meanwhile. Asking
 * for the ticket again brings the receipt, or the session.
 */
export function onSilence(state: State): Transition {
  const waits = LIVE.has(state.screen) && state.link === 'open'
  return [state, waits && state.entryId ? [takeTicket(state.entryId)] : []]
}

/** Another attempt after a receipt that allows it; what was agreed and answered stays. */
export function onRetry(state: State): Transition {
  const entryId = state.receipt?.entry_id ?? state.entryId
  if (!state.receipt?.can_retry || !entryId) return quiet(state)
  const agreed = state.consent === true
  const next: State = {
    ...state,
    entryId,
    screen: agreed ? 'waiting' : 'notice',
    consent: agreed ? true : null,
    cameraFault: null,
    receipt: null,
    trouble: null,
  }
  return [next, [takeTicket(entryId)]]
}

export function onStart(state: State, entryId: string): Transition {
  if (state.screen !== 'due') return quiet(state)
  const again = state.entryId === entryId
  const next: State = {
    ...state,
    entryId,
    screen: 'notice',
    trouble: null,
    receipt: null,
    consent: null,
    consentSent: false,
    ticket: again ? state.ticket : null,
    answers: again ? state.answers : {},
    location: again ? state.location : null,
    questions: null,
  }
  return [next, [takeTicket(entryId)]]
}

/** Back to the list, for instance after a receipt. */
export function onFinish(state: State): Transition {
  const { welcome, receipt } = state
  if (!welcome) return quiet(state)
  const entries = welcome.entries.filter(
    (entry) => entry.entry_id !== receipt?.entry_id || receipt.can_retry,
  )
  const left: Welcome = { ...welcome, entries }
  return quiet({ ...state, welcome: left, screen: base(left), receipt: null, cameraFault: null })
}
