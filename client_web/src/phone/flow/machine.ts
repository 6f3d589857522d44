/**
 * The page as a pure function: state and event in, state and effects out. An event that does not
 * belong to the screen changes nothing, which makes every second tap harmless.
 */

import type { Own } from '@/core/media_link'
import type { Receipt } from '@/core/wire'

import { onAnswer, onLocated } from './answers'
import { onEnrol, onHandIn, onPictureTaken } from './enrolment'
import { base, onFinish, onLightOver, onRetry, onServer, onSilence, onStart } from './server_events'
import { send, type Event, type State, type Transition } from './state'

const quiet = (state: State): Transition => [state, []]

/** Nobody is to follow a prompt that no server is waiting for any more. */
function onLink(state: State, link: State['link']): State {
  const step = state.step && { ...state.step, phase: 'ready' as const, prompt: null }
  return link === 'lost' ? { ...state, link, step, looking: false } : { ...state, link }
}

/** An old receipt can be looked at; it offers another try only while its entry is open. */
function onShowReceipt(state: State, receipt: Receipt): State {
  if (state.screen !== 'due' && state.screen !== 'nothing-due') return state
  const open = state.welcome?.entries.some((entry) => entry.entry_id === receipt.entry_id) ?? false
  const can_retry = receipt.can_retry && open
  return { ...state, screen: 'receipt', receipt: { ...receipt, can_retry } }
}

function onBack(state: State): Transition {
  switch (state.screen) {
    case 'decline':
      return quiet({ ...state, screen: 'notice' })
    case 'notice':
      return quiet({ ...state, screen: 'due' })
    case 'question':
      return quiet({ ...state, questionIndex: Math.max(0, state.questionIndex - 1) })
    case 'enrol':
      return quiet({ ...state, screen: base(state.welcome), trouble: null })
    case 'camera-problem':
      return quiet(state.receipt ? { ...state, screen: 'receipt', cameraFault: null } : state)
    default:
      return quiet(state)
  }
}

function onChoice(state: State, type: 'agree' | 'decline' | 'confirm_decline'): Transition {
  if (type === 'decline') {
    return quiet(state.screen === 'notice' ? { ...state, screen: 'decline' } : state)
  }
  const agreed = type === 'agree'
  if (state.screen !== 'decline' && !(agreed && state.screen === 'notice')) return quiet(state)
  const next: State = { ...state, consent: agreed, screen: 'waiting' }
  if (!state.ticket) return quiet(next)
  const message = send({ type: 'consent', face_verification: agreed })
  return [{ ...next, consentSent: true }, [message]]
}

function onCamera(state: State, event: Event): Transition {
  switch (event.type) {
    case 'camera_opened': {
      if (!state.session) return [state, [{ type: 'close_camera' }]]
      const screen = state.screen === 'camera-problem' ? 'camera-check' : state.screen
      const publish = { type: 'publish', network: state.session } as const
      return [{ ...state, screen, cameraFault: null }, [publish, { type: 'let_out', own: state.own }]]
    }
    case 'camera_failed': {
      if (!state.session) return quiet(state)
      const message = { type: 'camera_problem', problem: event.fault, detail: event.detail } as const
      // Answers need no picture: whether it is still wanted is the server's to say, by a receipt.
      if (['question', 'location'].includes(state.screen)) return [state, [send(message)]]
      return [{ ...state, screen: 'camera-problem', cameraFault: event.fault }, [send(message)]]
    }
    case 'camera_lost':
      return [state, state.session ? [{ type: 'mend_camera' }] : []]
    case 'media_failed':
      return [state, state.session ? [{ type: 'restart_link' }] : []]
    case 'retry_camera':
      if (state.screen !== 'camera-problem') return quiet(state)
      if (state.receipt) return onRetry(state)
      return [state, [{ type: 'open_camera' }]]
    default:
      return quiet(state)
  }
}

/** The person switches the own camera or microphone off or on: at once here, then told. */
function onOwnMedia(state: State, kind: keyof Own, on: boolean): Transition {
  if (!state.session || state.own[kind] === on) return quiet(state)
  const own = { ...state.own, [kind]: on }
  return [{ ...state, own }, [{ type: 'let_out', own }, send({ type: kind, on })]]
}

function onLocation(state: State, type: 'share_location' | 'skip_location'): Transition {
  if (type === 'skip_location') return onLocated(state, { type: 'location_declined', why: 'declined' })
  if (state.screen !== 'location' || state.locating) return quiet(state)
  return [{ ...state, locating: true }, [{ type: 'locate' }]]
}

/** Who has closed the eyes sees nothing: whatever ends that prompt is felt and heard. */
function wakened(before: State, [after, effects]: Transition): Transition {
  const asked = before.screen === 'prompts' ? before.step?.prompt : null
  const stays = after.screen === 'prompts' && after.step?.prompt?.id === asked?.id
  const ended = asked?.kind === 'close_eyes' && !stays
  if (!ended || effects.some(({ type }) => type === 'signal')) return [after, effects]
  return [after, [...effects, { type: 'signal', passed: false }]]
}

export const reduce = (state: State, event: Event): Transition =>
  wakened(state, transition(state, event))

function transition(state: State, event: Event): Transition {
  switch (event.type) {
    case 'server':
      return onServer(state, event.message)
    case 'link':
      return quiet(onLink(state, event.status))
    case 'link_problem':
      return quiet({
        ...state,
        screen: 'link-problem',
        linkProblem: event.problem,
        trouble: event.text ?? null,
      })
    case 'start':
      return onStart(state, event.entryId)
    case 'agree':
    case 'decline':
    case 'confirm_decline':
      return onChoice(state, event.type)
    case 'answer':
      return onAnswer(state, event.id, event.value)
    case 'share_location':
    case 'skip_location':
      return onLocation(state, event.type)
    case 'located':
      return onLocated(state, event.reply)
    case 'show_receipt':
      return quiet(onShowReceipt(state, event.receipt))
    case 'retry':
      return state.screen === 'receipt' ? onRetry(state) : quiet(state)
    case 'finish':
      return state.screen === 'receipt' ? onFinish(state) : quiet(state)
    case 'own_media':
      return onOwnMedia(state, event.kind, event.on)
    case 'silence':
      return onSilence(state)
    case 'light_over':
      return quiet(onLightOver(state, event.id))
    case 'enrol':
      return onEnrol(state)
    case 'picture_taken':
      return onPictureTaken(state, event.data)
    case 'hand_in':
      return onHandIn(state, event.agreed)
    case 'back':
      return onBack(state)
    case 'dismiss':
      return quiet({ ...state, trouble: null })
    default:
      return onCamera(state, event)
  }
}
