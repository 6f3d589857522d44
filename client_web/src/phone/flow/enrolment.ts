/** The person's own enrolment: pictures that the office has asked for, and an officer confirms. */

import type { EnrolmentState, PictureSeen } from '@/core/wire'

import { send, type State, type Transition } from './state'

const FIRST_SCREENS: readonly State['screen'][] = ['due', 'nothing-due']

/** Told anew, the server begins anew: what it had seen before is not counted any more. */
export const onEnrolmentState = (state: State, enrolment: EnrolmentState): State => ({
  ...state,
  enrolment,
  seen: null,
  looking: false,
  trouble: state.screen === 'enrol' ? null : state.trouble,
})

export const onPictureSeen = (state: State, seen: PictureSeen): State => ({
  ...state,
  seen,
  looking: false,
})

/** Opens the pictures from the first screen, also to see what has become of them. */
export function onEnrol(state: State): Transition {
  const asked = state.enrolment !== null && state.enrolment.state !== 'none'
  if (!asked || !FIRST_SCREENS.includes(state.screen)) return [state, []]
  return [{ ...state, screen: 'enrol', trouble: null }, [{ type: 'load_enrolment' }]]
}

/** Whether the server would look at another picture now. */
export function takesPictures({ screen, enrolment, looking }: State): boolean {
  const open = enrolment?.state === 'wanted' || enrolment?.state === 'rejected'
  return screen === 'enrol' && open && !looking
}

export function onPictureTaken(state: State, data: string): Transition {
  if (!takesPictures(state)) return [state, []]
  return [{ ...state, looking: true, trouble: null }, [send({ type: 'enrolment_picture', data })]]
}

/** Hands the pictures in, or has them thrown away. */
export function onHandIn(state: State, agreed: boolean): Transition {
  if (!takesPictures(state)) return [state, []]
  return [{ ...state, looking: true, trouble: null }, [send({ type: 'enrolment_submit', agreed })]]
}
