import type { FaceProblem } from '@/core/wire'

import type { IconName } from './icons'

/** A sign for each advice, so that it is seen before it is read. */
export const ADVICE_ICONS: Record<FaceProblem, IconName> = {
  no_face: 'person',
  several_faces: 'people',
  too_dark: 'moon',
  too_bright: 'sun',
  too_far: 'closer',
  too_close: 'farther',
  blurred: 'hold',
  turned_away: 'target',
  mask: 'mask',
  dark_glasses: 'glasses',
  eyes_closed: 'eye',
  off_center: 'target',
  unreadable: 'clock',
  too_alike: 'refresh',
}
