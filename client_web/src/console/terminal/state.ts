/** What the duty terminal knows, what can happen to it, and what it then has done. Plain values. */

import type { MediaEvent, Own } from '@/core/media_link'
import type { LinkStatus } from '@/core/signaling'
import type {
  CameraFault,
  ClientMessage,
  Encoding,
  Network,
  OpenEntry,
  Receipt,
  Room,
  ServerMessage,
  SessionReady,
  TerminalStatus,
  Welcome,
} from '@/core/wire'

/**
 * `asked`: a call waits for a press; `announcing`: it is answered by itself, and says so first;
 * `joining`: camera and connection come up; `live`: the center can see and hear the office;
 * `ended`: the center has decided.
 */
export type Phase = 'ready' | 'asked' | 'announcing' | 'joining' | 'live' | 'ended'

export interface State {
  link: LinkStatus
  /** Another device is this unit's terminal now. */
  superseded: boolean
  welcome: Welcome | null
  status: TerminalStatus | null
  phase: Phase
  entry: OpenEntry | null
  session: SessionReady | null
  cameraOpen: boolean
  cameraFault: CameraFault | null
  room: Room | null
  receipt: Receipt | null
  own: Own
  /** The last refusal, in words. */
  trouble: string
}

export const INITIAL: State = {
  link: 'connecting',
  superseded: false,
  welcome: null,
  status: null,
  phase: 'ready',
  entry: null,
  session: null,
  cameraOpen: false,
  cameraFault: null,
  room: null,
  receipt: null,
  own: { camera: true, microphone: true },
  trouble: '',
}

export type Event =
  | MediaEvent
  | { type: 'link'; status: LinkStatus }
  | { type: 'server'; message: ServerMessage }
  /** `announced`: it has been said; `silence`: after a reconnection the server named no session. */
  | { type: 'answer' | 'announced' | 'connected' | 'silence' | 'rested' | 'retry_camera' | 'take_back' }
  | { type: 'own_media'; kind: keyof Own; on: boolean }

export type Effect =
  | { type: 'send'; message: ClientMessage }
  | { type: 'announce' | 'ring' | 'open_camera' | 'close_media' | 'reconnect' | 'tell_ended' | 'rest' }
  | { type: 'publish'; network: Network }
  | { type: 'accept'; sdp: string }
  | { type: 'encode'; wanted: Encoding }
  | { type: 'let_out'; own: Own }

/** What stands large on the screen, and in which colour of a state. */
export type Face =
  | 'superseded'
  | 'lost'
  | 'camera'
  | 'asked'
  | 'announcing'
  | 'joining'
  | 'live'
  | 'seen'
  | 'turn'
  | 'speaking'
  | 'ended'
  | 'ready'

export function face(state: State): Face {
  if (state.superseded) return 'superseded'
  if (state.link !== 'open') return 'lost'
  if (state.cameraFault && state.phase !== 'ready' && state.phase !== 'ended') return 'camera'
  if (state.phase !== 'live') return state.phase
  if (state.room?.speaker) return 'speaking'
  if (state.room?.heard) return 'turn'
  return state.room?.seen ? 'seen' : 'live'
}

export const TONES: Record<Face, 'ok' | 'busy' | 'check' | 'idle' | 'fault'> = {
  superseded: 'idle',
  lost: 'fault',
  camera: 'fault',
  asked: 'check',
  announcing: 'busy',
  joining: 'busy',
  live: 'busy',
  seen: 'busy',
  turn: 'busy',
  speaking: 'busy',
  ended: 'ok',
  ready: 'ok',
}
