/**
 * What comes after the first screen. It is fetched while the person reads that screen, so that a
 * slow line shows something at once.
 */

import './style/live.css'
import './style/prompts.css'
import './style/center.css'
import './style/receipt.css'

import { shallowReactive, type Component } from 'vue'

import rest from '@/locales/phone/rest.zh-CN.json'

import type { Screen } from './flow/state'
import CameraProblemScreen from './screens/CameraProblemScreen.vue'
import DeclineScreen from './screens/DeclineScreen.vue'
import FinishingScreen from './screens/FinishingScreen.vue'
import LightScreen from './screens/LightScreen.vue'
import LiveScreen from './screens/LiveScreen.vue'
import LocationScreen from './screens/LocationScreen.vue'
import MessageScreen from './screens/MessageScreen.vue'
import NoticeScreen from './screens/NoticeScreen.vue'
import QuestionScreen from './screens/QuestionScreen.vue'
import ReceiptScreen from './screens/ReceiptScreen.vue'
import WaitingScreen from './screens/WaitingScreen.vue'
import { addWords } from './ui/words'

export { Chime } from './device/chime'
export { locateOnce } from './device/locate'
export { Loudspeaker } from './device/loudspeaker'
export { MediaLink } from '@/core/media_link'
export { default as CenterCall } from './ui/CenterCall.vue'
export { default as CenterWatch } from './ui/CenterWatch.vue'
export { default as EnrolmentCard } from './ui/EnrolmentCard.vue'
export { default as MiniCamera } from './ui/MiniCamera.vue'

addWords('zh-CN', rest)

const RETRY_MS = 2000

export const SCREENS = shallowReactive<Partial<Record<Screen, Component>>>({
  'link-problem': MessageScreen,
  notice: NoticeScreen,
  decline: DeclineScreen,
  waiting: WaitingScreen,
  'camera-check': LiveScreen,
  'camera-problem': CameraProblemScreen,
  prompts: LiveScreen,
  light: LightScreen,
  question: QuestionScreen,
  location: LocationScreen,
  finishing: FinishingScreen,
  receipt: ReceiptScreen,
  superseded: MessageScreen,
  failure: MessageScreen,
})

/** Few are asked for it, and once in years; on a weak line it is tried again and again. */
export async function loadEnrolment(): Promise<void> {
  try {
    SCREENS.enrol ??= (await import('./enrol')).default
  } catch {
    setTimeout(() => void loadEnrolment(), RETRY_MS)
  }
}
