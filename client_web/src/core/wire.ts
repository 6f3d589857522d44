/** The WebSocket protocol as the clients see it; the server's word is `server/messages.py`. */

export const PROTOCOL_VERSION = 1

export type Locale = 'zh-CN' | 'en'
export type Role = 'phone' | 'console' | 'terminal' | 'simulator'
export type PromptKind =
  | 'turn_left'
  | 'turn_right'
  | 'nod'
  | 'close_eyes'
  | 'open_mouth'
  | 'come_nearer'
  | 'read_digits'
export type EnrolmentPose = 'straight' | 'left' | 'right' | 'other_light'
export type Purpose = 'publish' | 'view'
/** ISO 8601, UTC. */
export type Moment = string

export type FaceProblem =
  | 'no_face'
  | 'several_faces'
  | 'too_dark'
  | 'too_bright'
  | 'too_far'
  | 'too_close'
  | 'blurred'
  | 'turned_away'
  | 'mask'
  | 'dark_glasses'
  | 'eyes_closed'
  | 'off_center'
  | 'unreadable'
  | 'too_alike'

export type CameraFault = 'denied' | 'not_found' | 'in_use' | 'unsupported' | 'insecure' | 'other'
export type LocationFault = 'declined' | 'denied' | 'unavailable' | 'timeout'
export type TryFault = 'too_early' | 'too_late' | 'wrong_movement' | 'face_lost'

/** How connections are made: W3C RTCIceServer objects, and whether only relays may be used. */
export interface Network {
  ice_servers: RTCIceServer[]
  ice_transport_policy: RTCIceTransportPolicy
}

// --- client -> server ---

export interface Hello {
  type: 'hello'
  version: number
  role: Role
  locale: Locale
  device_id?: string
  signature?: string
  resume?: string
}

export type ClientMessage =
  | Hello
  | { type: 'take_ticket'; entry_id: string }
  | { type: 'consent'; face_verification: boolean }
  | { type: 'camera_problem'; problem: CameraFault; detail?: string }
  | { type: 'offer'; purpose: Purpose; sdp: string; camera?: string }
  | { type: 'answers'; items: Record<string, string> }
  | {
      type: 'location'
      latitude: number
      longitude: number
      accuracy_m: number
      datum?: 'WGS-84' | 'GCJ-02'
    }
  | { type: 'location_declined'; why: LocationFault }
  | { type: 'enrolment_picture'; data: string }
  | { type: 'enrolment_submit'; agreed: boolean }
  | { type: 'hang_up'; purpose?: Purpose }
  | { type: 'route'; mid: string; session_id: string | null; side?: 'subject' | 'officer' }
  | { type: 'spotlight'; session_id: string | null; mid: string | null }
  | { type: 'listen' | 'talk'; session_id: string | null }
  | ({ type: 'broadcast'; on: boolean } & Partial<Reach>)
  | { type: 'mute'; session_id: string; on: boolean }
  | { type: 'camera' | 'microphone'; on: boolean }
  | SelfTest
  | { type: 'exception'; reason: ExceptionReason | null; note?: string }
  | { type: 'auto_answer'; on: boolean; note?: string }
  | { type: 'echo'; id: string }
  | { type: 'notice_seen'; notice_id: string; answer?: NoticeAnswer; note?: string }
  | ({ type: 'instant_reply'; entry_id: string; health: Health; note?: string } & Partial<Place>)
  | { type: 'push_subscribe'; endpoint: string | null; p256dh?: string; auth?: string }

export type NoticeAnswer = 'seen' | 'on_time' | 'exception'
export type Health = 'good' | 'unwell' | 'need_help'

/** Degrees (WGS-84) and metres. */
export interface Place {
  latitude: number | null
  longitude: number | null
  accuracy_m: number | null
}

/** To whom a broadcast goes: to all who are live, or to the units, or to the persons among them. */
export interface Reach {
  to: 'everyone' | 'units' | 'persons'
  /** A unit and what lies below it; null for the whole center. */
  unit_id: string | null
  /** Goes over talks and other broadcasts. */
  urgent: boolean
}

// --- duty terminals ---

export type DeviceCheck = 'ok' | 'fault' | 'unknown'
export type ExceptionReason = 'device_fault' | 'room_taken' | 'leave' | 'other'
export type FiguresStatus = 'missing' | 'draft' | 'submitted' | 'locked'

/** What the parts of a terminal were found to be. */
export interface DeviceChecks {
  camera: DeviceCheck
  microphone: DeviceCheck
  speaker: DeviceCheck
  network: DeviceCheck
}

export interface SelfTest extends DeviceChecks {
  type: 'self_test'
  detail: Record<string, string>
}

export interface SelfTestView extends DeviceChecks {
  at: Moment
  detail: Record<string, string>
}

/** What the office said by itself; it ends with the day. */
export interface ExceptionView {
  reason: ExceptionReason
  note: string
  at: Moment
}

/** What the server knows of this terminal. */
export interface TerminalStatus {
  type: 'terminal'
  unit_id: string
  answers_itself: boolean
  /** Why the office does not let calls be answered by themselves; null where it does. */
  paused: string | null
  self_test: SelfTestView | null
  exception: ExceptionView | null
  figures: { day: string; status: FiguresStatus; deadline: Moment } | null
}

/** A unit's terminal as the center sees it. */
export interface TerminalView {
  unit_id: string
  unit: string
  connected: boolean
  since: Moment | null
  officer_id: string | null
  officer: string | null
  paused: string | null
  self_test: SelfTestView | null
  exception: ExceptionView | null
}

// --- server -> client ---

export interface Challenge {
  type: 'challenge'
  nonce: string
  version: number
}

export interface OpenEntry {
  entry_id: string
  title: string
  state: string
  opens_at: Moment
  closes_at: Moment
}

export interface Welcome extends Network {
  type: 'welcome'
  role: Role
  name: string
  center: string
  office: string
  office_phone: string
  server_time: Moment
  resume_token: string
  resumed: boolean
  demonstration: boolean
  face_enrolled: boolean
  entries: OpenEntry[]
  /** IANA zone of the center; every time on the page is shown in it. */
  time_zone?: string
  /** When the next entry opens, where a plan says so. */
  next_opens_at?: Moment | null
  /** Days that recordings are kept, where the policy fixes them. */
  recording_days?: number | null
}

export interface Ticket {
  type: 'ticket'
  entry_id: string
  number: number
  position: number
  taken_at: Moment
}

export interface SessionReady extends Network {
  type: 'session'
  session_id: string
  entry_id: string
  attempt: number
  steps: number
}

export interface Question {
  id: string
  kind: 'choice' | 'text'
  text: string
  options: Record<string, string>
  required: boolean
}

/** Fill the screen with these colours in turn, each for so long. */
export interface ScreenLight {
  type: 'screen_light'
  id: string
  colours: string[]
  each_ms: number
}

/** One picture of the person's own enrolment, and which is wanted next (null: enough). */
export interface PictureSeen {
  type: 'picture_seen'
  used: boolean
  problem: FaceProblem | null
  message: string
  taken: number
  needed: number
  next: EnrolmentPose | null
}

export interface EnrolmentState {
  type: 'enrolment_state'
  state: 'none' | 'wanted' | 'submitted' | 'confirmed' | 'rejected'
  next: EnrolmentPose | null
  needed: number
  message: string
}

export interface Receipt {
  type: 'receipt'
  number: string
  entry_id: string
  state: string
  reason: string | null
  arrived_at: Moment | null
  finished_at: Moment
  next: 'nothing' | 'officer_will_call' | 'retry'
  can_retry: boolean
  message: string
  /** Why it ended so, in plain sentences. */
  reasons: string[]
  body: string
  signature: string
  key_id: string
}

export interface Failure {
  type: 'error'
  code: string
  message: string
  params: Record<string, string | number>
  fatal: boolean
}

export interface LiveSession {
  session_id: string
  entry_id: string
  roll_call_id: string
  subject_name: string
  office: string
  since: Moment
  stage: string
  /** A camera is only looked at; it has no entry and hears nobody. */
  kind: 'person' | 'unit' | 'camera'
}

export type Grade = 'good' | 'fair' | 'poor'

/** How well one session's pictures arrive; since the last report. */
export interface SessionQuality {
  session_id: string
  grade: Grade
  round_trip_ms: number | null
  /** Share of packets, 0..1, before repair. */
  loss: number
  bitrate_bps: number
  frames_per_s: number
  width: number
  height: number
  freezes: number
  freeze_s: number
  jitter_ms: number
}

/** What the most demanding viewer of a publisher needs; its encoding is limited to this. */
export interface Encoding {
  type: 'encoding'
  active: boolean
  max_width: number
  max_height: number
  max_framerate: number
  max_bitrate_bps: number
}

/** Who of the center is seen and heard now. */
export interface RoomSpeaker {
  name: string
  office: string
  why: 'talk' | 'broadcast' | 'urgent_broadcast'
  picture: boolean
}

/** What the center does with this phone or terminal now. */
export interface Room {
  type: 'room'
  speaker: RoomSpeaker | null
  heard: boolean
  seen: boolean
  /** By the center. */
  muted: boolean
  camera_on: boolean
  microphone_on: boolean
}

export interface OwnFloor {
  spotlight: string | null
  hearing: string | null
  talking: string | null
  broadcasting: boolean
  publishing: boolean
  camera_on: boolean
  microphone_on: boolean
  /** Names of those who are sent this console's sound now. */
  heard_by: string[]
}

export interface FloorParticipant {
  session_id: string
  camera_on: boolean
  microphone_on: boolean
  muted: boolean
  talking_with: string | null
  listeners: string[]
  watchers: number
}

export interface FloorBroadcast extends Reach {
  officer: string
  office: string
  since: Moment
  mine: boolean
  reached: number
  /** Over its whole time: who was live and meant, who was sent it. */
  meant: number
  heard: number
}

/** Who speaks with whom, who hears whom. */
export interface Floor {
  type: 'floor'
  you: OwnFloor
  participants: FloorParticipant[]
  broadcasts: FloorBroadcast[]
}

export interface RoundTried {
  at: Moment
  step: 'call' | 'prompt' | 'later' | 'phone' | 'leader'
  officer: string
  number: string
  outcome: 'reached' | 'no_answer' | 'engaged' | null
  note: string
}

/** What the evidence suggests, for one key; never an absence. */
export interface RoundProposal {
  outcome: 'present' | 'excused' | 'later' | 'open'
  reason: string | null
  because: string[]
}

/** One entry of a round with its evidence. */
export interface RoundEntry {
  entry_id: string
  subject_kind: string
  subject_id: string
  name: string
  office: string
  phone: string
  state: string
  reason: string | null
  connection: 'offline' | 'signed_in' | 'ringing' | 'live' | 'lost'
  rang_at: Moment | null
  answered_at: Moment | null
  answer_s: number | null
  live_since: Moment | null
  session_id: string | null
  grade: Grade | null
  expected: { officer_id: string; name: string; post: string; phone: string; leader: boolean }[]
  face: 'unknown' | 'none' | 'several' | 'unrecognised' | 'recognised'
  recognised: { officer_id: string; name: string; post: string; expected: boolean; at: Moment } | null
  self_test: { ok: boolean; faults: string[]; at: Moment } | null
  exception: { reason: string; note: string; at: Moment } | null
  figures: 'none' | 'missing' | 'draft' | 'submitted' | 'locked'
  tried: RoundTried[]
  retry: number
  seconds: number | null
  proposal: RoundProposal | null
}

export interface RoundCounts {
  total: number
  settled: number
  present: number
  excused: number
  device_fault: number
  absent: number
  review: number
  open: number
}

/** The conducting of a roll-call; as a message `entries` holds only those that changed. */
export interface RoundView {
  roll_call_id: string
  state: string
  version: number
  conductor: { id: string; name: string } | null
  conductor_since: Moment | null
  current: string | null
  current_since: Moment | null
  paused_at: Moment | null
  order: string[]
  started_at: Moment | null
  finished_at: Moment | null
  counts: RoundCounts
  seconds_per_unit: number | null
  entries: RoundEntry[]
}

/** A text notice: show it in large text, read it aloud where that is allowed, say that it was seen. */
export interface Notice {
  type: 'notice'
  id: string
  at: Moment
  sender: string
  office: string
  text: string
  asks: 'seen' | 'on_time' | 'reply'
  urgent: boolean
  read_aloud: boolean
  /** The entry of the roll-call that the notice belongs to. */
  entry_id: string | null
  reminder: boolean
}

export interface NoticeProgress {
  type: 'notice_progress'
  notice_id: string
  total: number
  delivered: number
  seen: number
  exceptions: number
}

/** A line of the officers' notice center. */
export interface BellItem {
  id: string
  notice: string
  text: string
  about_kind: string
  about_id: string
  count: number
  urgent: boolean
  at: Moment
}

/** A person's short answer to an instant roll-call. */
export interface ReplyReceived extends Place {
  type: 'reply_received'
  roll_call_id: string
  entry_id: string
  at: Moment
  health: Health
  note: string
}

export type ServerMessage =
  | Challenge
  | Welcome
  | Ticket
  | SessionReady
  | { type: 'answer'; purpose: Purpose; sdp: string }
  | { type: 'advice'; problem: FaceProblem | null }
  | { type: 'hold_still'; index: number; total: number }
  | { type: 'prompt'; id: string; kind: PromptKind; index: number; total: number; digits?: string | null }
  | { type: 'step_passed'; index: number; total: number }
  | { type: 'try_failed'; why: TryFault; tries_left: number }
  | ScreenLight
  | PictureSeen
  | EnrolmentState
  | { type: 'questions'; items: Question[]; location_wanted: boolean }
  | Receipt
  | { type: 'superseded' }
  | Failure
  | { type: 'roster_changed'; unit_ids: string[] }
  | { type: 'roll_call_changed'; roll_call_id: string; state: string; counts: Record<string, number> }
  | {
      type: 'entry_changed'
      roll_call_id: string
      entry_id: string
      state: string
      reason: string | null
      session_id: string | null
      at: Moment
    }
  | { type: 'live_changed'; sessions: LiveSession[] }
  | ({ type: 'round_changed' } & RoundView)
  | ({ type: 'network' } & Network)
  | { type: 'quality'; sessions: SessionQuality[] }
  | Encoding
  | Room
  | Floor
  | { type: 'reconnect'; purpose: Purpose }
  | TerminalStatus
  | { type: 'self_test_wanted' }
  | { type: 'echoed'; id: string }
  | { type: 'terminals_changed'; terminals: TerminalView[] }
  | { type: 'figures_changed'; unit_id: string; day: string; status: FiguresStatus }
  | Notice
  | NoticeProgress
  | { type: 'bell'; item: BellItem; unread: number }
  | ReplyReceived
  | { type: 'broadcast_receipts'; seconds: number; heard: string[]; missed: string[] }
  | { type: 'push_offer'; key: string; subscribed: boolean }
