/** Enrolment at the desk: which picture is wanted next, and what a person can be spared. */
import type { PersonView, SelfEnrolmentView, SparedKind } from '../api/types'

/** What the pictures should show, in the order in which they are asked for. */
export const POSES = ['straight', 'left', 'right', 'other_light'] as const
export type Pose = (typeof POSES)[number]

/** `taken`: the pose that each picture was taken for; null for a file, which may show any. */
export function wantedPose(taken: readonly (Pose | null)[]): Pose | 'more' {
  const files = taken.filter((one) => one === null).length
  const missing = POSES.filter((one) => !taken.includes(one))
  return missing[files] ?? 'more'
}

/** Movements that a check-in may ask for; the light of the screen is no movement. */
export const MOVEMENTS = [
  'turn_left',
  'turn_right',
  'nod',
  'close_eyes',
  'open_mouth',
  'come_nearer',
  'read_digits',
] as const satisfies readonly SparedKind[]
export const SPARABLE: readonly SparedKind[] = [...MOVEMENTS, 'screen_light']

/** Without any movement nothing shows that a person is live: an officer calls each time. */
export function needsLiveCall(spared: readonly SparedKind[]): boolean {
  return MOVEMENTS.every((one) => spared.includes(one))
}

/** Whether pictures of this person should be taken: there are none, or something speaks for new ones. */
export function needsPictures(person: Pick<PersonView, 'enrolled' | 'reminder'>): boolean {
  return !person.enrolled || Boolean(person.reminder)
}

/** The shortest reason that the server takes. */
export const MIN_REASON = 2
/** The longest. */
export const MAX_REASON = 300

export function isReason(text: string): boolean {
  return text.trim().length >= MIN_REASON
}

const RANK = { submitted: 0, rejected: 1, wanted: 2, confirmed: 3 } as const

/** What waits for an officer first, each kind the oldest first. */
export function byUrgency(list: readonly SelfEnrolmentView[]): SelfEnrolmentView[] {
  const since = (one: SelfEnrolmentView) => one.submitted_at ?? one.asked_at
  return [...list].sort(
    (a, b) => RANK[a.state] - RANK[b.state] || since(a).localeCompare(since(b)),
  )
}
