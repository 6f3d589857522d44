/** What the phone page knows, what can happen to it, and what it then has done. Plain values. */

import type { Own } from '@/core/media_link'
import type { LinkStatus } from '@/core/signaling'
import type {
  CameraFault,
  ClientMessage,
  Encoding,
  EnrolmentState,
  FaceProblem,
  Network,
  PictureSeen,
  PromptKind,
  Question,
  Receipt,
  Room,
  ScreenLight,
  ServerMessage,
  SessionReady,
  Ticket,
  TryFault,
  Welcome,
} from '@/core/wire'

export type Screen =
  | 'starting'
  | 'link-problem'
  | 'due'
  | 'nothing-due'
  | 'notice'
  | 'decline'
  | 'waiting'
  | 'camera-check'
  | 'camera-problem'
  | 'prompts'
  | 'light'
  | 'question'
  | 'location'
  | 'finishing'
  | 'receipt'
  | 'enrol'
  | 'superseded'
  | 'failure'

export type LinkProblem = 'no_link' | 'used' | 'expired' | 'refused' | 'unregistered' | 'insecure'

/** `ready`: look straight, the next movement comes; `moving`: do it now; `passed`: it was seen. */
export interface Step {
  phase: 'ready' | 'moving' | 'passed'
  index: number
  total: number
  prompt: { id: string; kind: PromptKind; digits: string | null } | null
}

export type LocationReply = Extract<ClientMessage, { type: 'location' | 'location_declined' }>

export interface State {
  screen: Screen
  link: LinkStatus
  linkProblem: LinkProblem | null
  welcome: Welcome | null
  entryId: string | null
  ticket: Ticket | null
  /** Null until the person has chosen; kept for further attempts of the same entry. */
  consent: boolean | null
  /** Whether the server has heard the choice since the last welcome. */
  consentSent: boolean
  session: SessionReady | null
  /** Undefined until the machine has looked at a picture; null once the picture is good. */
  advice: FaceProblem | null | undefined
  step: Step | null
  tryFault: TryFault | null
  /** The colours that fill the screen now. */
  light: ScreenLight | null
  questions: Question[] | null
  questionIndex: number
  answers: Record<string, string>
  locationWanted: boolean
  locating: boolean
  location: LocationReply | null
  cameraFault: CameraFault | null
  receipt: Receipt | null
  /** What the center does with this phone: speaks, listens, looks. */
  room: Room | null
  own: Own
  /** Pictures that the office has asked the person for; null until the server has said. */
  enrolment: EnrolmentState | null
  /** The fate of the last of these pictures. */
  seen: PictureSeen | null
  /** The server is looking at a picture. */
  looking: boolean
  /** The server's words about the last thing that did not work. */
  trouble: string | null
}

export type Event =
  | { type: 'server'; message: ServerMessage }
  | { type: 'link'; status: LinkStatus }
  | { type: 'link_problem'; problem: LinkProblem; text?: string }
  | { type: 'start'; entryId: string }
  | { type: 'agree' | 'decline' | 'confirm_decline' | 'back' | 'retry' | 'finish' }
  | { type: 'camera_opened' | 'camera_lost' | 'media_failed' | 'retry_camera' }
  | { type: 'silence' }
  | { type: 'light_over'; id: string }
  | { type: 'enrol' }
  | { type: 'picture_taken'; data: string }
  | { type: 'hand_in'; agreed: boolean }
  | { type: 'camera_failed'; fault: CameraFault; detail: string }
  | { type: 'answer'; id: string; value: string }
  | { type: 'share_location' | 'skip_location' | 'dismiss' }
  | { type: 'located'; reply: LocationReply }
  | { type: 'show_receipt'; receipt: Receipt }
  | { type: 'own_media'; kind: keyof Own; on: boolean }

export type Effect =
  | { type: 'send'; message: ClientMessage }
  | { type: 'open_camera' | 'mend_camera' | 'close_camera' }
  | { type: 'restart_link' | 'locate' | 'load_enrolment' }
  /** Felt and heard: a movement was seen, or closed eyes may open. */
  | { type: 'signal'; passed: boolean }
  | { type: 'publish'; network: Network }
  | { type: 'accept_answer'; sdp: string }
  | { type: 'encode'; wanted: Encoding }
  | { type: 'let_out'; own: Own }
  | { type: 'keep_receipt'; receipt: Receipt }

export type Transition = [State, Effect[]]

export const INITIAL: State = {
  screen: 'starting',
  link: 'connecting',
  linkProblem: null,
  welcome: null,
  entryId: null,
  ticket: null,
  consent: null,
  consentSent: false,
  session: null,
  advice: undefined,
  step: null,
  tryFault: null,
  light: null,
  questions: null,
  questionIndex: 0,
  answers: {},
  locationWanted: false,
  locating: false,
  location: null,
  cameraFault: null,
  receipt: null,
  room: null,
  own: { camera: true, microphone: true },
  enrolment: null,
  seen: null,
  looking: false,
  trouble: null,
}

/** Screens of a session with the camera on. */
export const LIVE: ReadonlySet<Screen> = new Set<Screen>([
  'camera-check',
  'prompts',
  'light',
  'question',
  'location',
  'finishing',
])

/** Screens that the person may leave with the phone's back button without losing anything. */
export const LEAVABLE: ReadonlySet<Screen> = new Set<Screen>([
  'starting',
  'link-problem',
  'due',
  'nothing-due',
  'receipt',
  'superseded',
  'failure',
])

/** Screens on which the machine looks at the person's face. */
export const WATCHED: ReadonlySet<Screen> = new Set<Screen>(['camera-check', 'prompts', 'light'])

export const send = (message: ClientMessage): Effect => ({ type: 'send', message })
