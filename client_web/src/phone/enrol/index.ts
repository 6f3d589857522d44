/** The person's own enrolment: a chunk of its own, with its words in both languages. */

import './enrol.css'

import en from '@/locales/phone/enrol.en.json'
import zh from '@/locales/phone/enrol.zh-CN.json'

import { addWords } from '../ui/words'

addWords('zh-CN', zh)
addWords('en', en)

export { default } from './EnrolScreen.vue'
