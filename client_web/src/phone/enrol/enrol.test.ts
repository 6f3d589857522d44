import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'

import { CameraError } from '@/core/camera'
import type { EnrolmentState, PictureSeen } from '@/core/wire'

import { INITIAL, type State } from '../flow/state'
import '../late'
import { Phone, PHONE } from '../phone'
import { setLocale } from '../ui/words'
import EnrolScreen from './index'

const { openCamera } = vi.hoisted(() => ({ openCamera: vi.fn() }))
vi.mock('@/core/camera', async (actual) => ({ ...(await actual<object>()), openCamera }))
vi.mock('./picture', () => ({ picture: () => 'data:image/jpeg;base64,AAAA' }))

/** Without tracks; happy-dom's own has no methods. */
const CAMERA = Object.assign(new MediaStream(), { getTracks: () => [], getVideoTracks: () => [] })
const WANTED: EnrolmentState = {
  type: 'enrolment_state',
  state: 'wanted',
  next: 'straight',
  needed: 2,
  message: '',
}
const SEEN: PictureSeen = {
  type: 'picture_seen',
  used: true,
  problem: null,
  message: '',
  taken: 1,
  needed: 2,
  next: 'left',
}

function show(enrolment: Partial<EnrolmentState>) {
  const phone = new Phone()
  const state: State = { ...INITIAL, screen: 'enrol', link: 'open' }
  phone.state.value = { ...state, enrolment: { ...WANTED, ...enrolment } }
  const page = mount(EnrolScreen, { global: { provide: { [PHONE as symbol]: phone } } })
  const hear = (message: EnrolmentState | PictureSeen) => {
    phone.dispatch({ type: 'server', message })
    return flushPromises()
  }
  const tap = (action: string) => page.get(`[data-action=${action}]`).trigger('click')
  return { phone, page, hear, tap }
}

async function shoot(page: ReturnType<typeof show>['page'], tap: (action: string) => Promise<void>) {
  await page.get('video').trigger('loadeddata')
  await tap('shoot')
}

beforeAll(() => setLocale('en'))
beforeEach(() => {
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue()
  openCamera.mockImplementation(() => Promise.resolve(CAMERA))
})

it('opens the camera, without sound, only after the person has agreed', async () => {
  openCamera.mockClear()
  const { tap } = show({})
  await flushPromises()
  expect(openCamera).not.toHaveBeenCalled()
  await tap('enrol-agree')
  await flushPromises()
  expect(openCamera).toHaveBeenCalledWith(false)
})

it('can be refused, and says that the office does it as well', async () => {
  const { phone, page, tap } = show({})
  expect(page.text()).toContain('at the office instead')
  await tap('enrol-refuse')
  expect(phone.state.value.screen).toBe('nothing-due')
})

it('leads from pose to pose, tells the fate of each picture and shows all before they leave', async () => {
  const { phone, page, hear, tap } = show({})
  await tap('enrol-agree')
  await flushPromises()
  expect(page.get('h1').text()).toBe('Look straight')
  await shoot(page, tap)
  expect(page.text()).toContain('Looking at the picture')
  expect(page.get('[data-action=shoot]').attributes('disabled')).toBeDefined()

  await hear({ ...SEEN, used: false, problem: 'mask', taken: 0, next: 'straight' })
  expect(page.get('[data-used=false]').text()).toContain('Take off the mask')
  await shoot(page, tap)
  await hear(SEEN)
  expect(page.get('h1').text()).toBe('Turn a little left')
  expect(page.get('ol').attributes('aria-label')).toBe('1 of 2 pictures')

  await shoot(page, tap)
  await hear({ ...SEEN, taken: 2, next: null })
  expect(page.findAll('img')).toHaveLength(2)
  expect(phone.stream.value).toBeNull()
  await tap('enrol-discard')
  await hear(WANTED)
  expect(page.find('img').exists()).toBe(false)
  expect(page.get('h1').text()).toBe('Look straight')
})

it('takes no tap before the camera\'s first picture, which would be lost', async () => {
  const { page, tap } = show({})
  await tap('enrol-agree')
  await flushPromises()
  expect(page.get('[data-action=shoot]').attributes('disabled')).toBeDefined()
  await page.get('video').trigger('loadeddata')
  expect(page.get('[data-action=shoot]').attributes('disabled')).toBeUndefined()
})

it('says in the server\'s words why a picture of the wrong pose does not count', async () => {
  const { page, hear, tap } = show({})
  await tap('enrol-agree')
  await flushPromises()
  await shoot(page, tap)
  await hear({ ...SEEN, used: false, message: 'A little less far, please.', taken: 0, next: 'left' })
  expect(page.get('[data-used=false]').text()).toContain('A little less far')
})

it('explains a camera that does not open, and tries again', async () => {
  openCamera.mockRejectedValueOnce(new CameraError('denied', ''))
  const { page, tap } = show({})
  await tap('enrol-agree')
  await flushPromises()
  expect(page.get('h1').text()).toBe('The camera is not allowed yet')
  await tap('enrol-camera')
  await flushPromises()
  expect(page.find('[data-action=shoot]').exists()).toBe(true)
})

it('shows why an officer refused the pictures before it asks for new ones', async () => {
  const { page, tap } = show({ state: 'rejected', message: 'Another person is in it.' })
  expect(page.text()).toContain('Another person is in it.')
  await tap('enrol-again')
  await flushPromises()
  expect(page.find('[data-action=shoot]').exists()).toBe(true)
})

it('says in words where it stands after the pictures have left', () => {
  expect(show({ state: 'submitted' }).page.text()).toContain('An officer will confirm')
  expect(show({ state: 'confirmed' }).page.text()).toContain('registered')
  expect(show({ state: 'none' }).page.text()).toContain('No pictures are wanted')
})
