/** Notices and push: a chunk of its own, with its words in both languages, fetched when one comes. */

import './notices.css'

import en from '@/locales/phone/notices.en.json'
import zh from '@/locales/phone/notices.zh-CN.json'

import { addWords } from '../ui/words'

addWords('zh-CN', zh)
addWords('en', en)

export { default as NoticeCard } from './NoticeCard.vue'
export { default as PushOffer } from './PushOffer.vue'
export { locateOnce } from '../device/locate'
export { NoticeBoard } from '@/core/notices'
export { subscribe, unsubscribe } from './push'
