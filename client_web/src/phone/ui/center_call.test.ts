import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Room, SessionReady } from '@/core/wire'

import { INITIAL, type State } from '../flow/state'
import '../late'
import { Phone, PHONE } from '../phone'
import CenterCall from './CenterCall.vue'
import CenterWatch from './CenterWatch.vue'
import { setLocale } from './words'

const SESSION: SessionReady = {
  type: 'session',
  session_id: 's',
  entry_id: 'e',
  attempt: 1,
  steps: 3,
  ice_servers: [],
  ice_transport_policy: 'all',
}
const ROOM: Room = {
  type: 'room',
  speaker: { name: 'Li Weiguo', office: 'Center', why: 'talk', picture: true },
  heard: true,
  seen: true,
  muted: false,
  camera_on: true,
  microphone_on: true,
}

function show(part: typeof CenterCall | typeof CenterWatch, state: Partial<State>) {
  const phone = new Phone()
  phone.state.value = { ...INITIAL, session: SESSION, room: ROOM, screen: 'question', ...state }
  return { phone, page: mount(part, { global: { provide: { [PHONE as symbol]: phone } } }) }
}

beforeAll(() => setLocale('en'))
beforeEach(() => void vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue())

describe('while the center speaks', () => {
  it('is its name large, and the movement not covered', () => {
    const large = show(CenterCall, {}).page.get('[data-speaker="Li Weiguo"]')
    expect(large.classes()).not.toContain('small')
    expect(show(CenterCall, { screen: 'prompts' }).page.get('[data-speaker]').classes()).toContain('small')
  })

  it('says so when there is only the voice', () => {
    const voice = ROOM.speaker && { ...ROOM.speaker, picture: false }
    expect(show(CenterCall, { room: { ...ROOM, speaker: voice } }).page.text()).toContain('no picture')
    expect(show(CenterCall, {}).page.find('[data-note=sound-only]').exists()).toBe(false)
  })

  it('can be made small to go on with the questions', async () => {
    const { page } = show(CenterCall, {})
    await page.get('[data-action=shrink]').trigger('click')
    expect(page.get('[data-speaker]').classes()).toContain('small')
  })

  it('switches the camera off only after saying what that means', async () => {
    const { page, phone } = show(CenterCall, { screen: 'camera-check' })
    await page.get('[data-action=camera]').trigger('click')
    expect(phone.state.value.own.camera).toBe(true)
    expect(page.get('[role=alert]').text()).toContain('not count as an absence')
    await page.get('[data-action=camera-off]').trigger('click')
    expect(phone.state.value.own.camera).toBe(false)
  })

  it('leaves a way to switch the camera on again when the talk is over', async () => {
    const { page, phone } = show(CenterCall, { room: { ...ROOM, speaker: null }, own: { camera: false, microphone: true } })
    await page.get('[data-action=own-on]').trigger('click')
    await flushPromises()
    expect(phone.state.value.own.camera).toBe(true)
    expect(page.find('[data-banner=own-media]').exists()).toBe(false)
  })
})

it('nobody is watched or heard without being told', () => {
  const quiet = { ...ROOM, speaker: null }
  const words = (room: Room) => show(CenterWatch, { room }).page.text()
  expect(words(quiet)).toContain('watching and listening')
  expect(words({ ...quiet, seen: false })).toContain('listening')
  expect(words({ ...quiet, heard: false })).toContain('watching')
  expect(words({ ...quiet, heard: false, seen: false })).toBe('')
})
