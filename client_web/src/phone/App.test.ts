import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Receipt, ServerMessage, SessionReady } from '@/core/wire'

import App from './App.vue'
import { INITIAL, type State } from './flow/state'
import * as late from './late'
import { Phone, PHONE } from './phone'
import { setLocale } from './ui/words'

function show(state: Partial<State>) {
  const phone = new Phone()
  phone.late.value = late
  phone.state.value = { ...INITIAL, ...state }
  return { phone, page: mount(App, { global: { provide: { [PHONE as symbol]: phone } } }) }
}

const server = (message: ServerMessage) => ({ type: 'server', message }) as const
const SESSION: SessionReady = {
  type: 'session',
  session_id: 's',
  entry_id: 'e',
  attempt: 1,
  steps: 3,
  ice_servers: [],
  ice_transport_policy: 'all',
}
const RECEIPT: Receipt = {
  type: 'receipt',
  number: '1',
  entry_id: 'e',
  state: 'review',
  reason: 'inconclusive',
  arrived_at: null,
  finished_at: '2026-11-21T01:00:00Z',
  next: 'officer_will_call',
  can_retry: false,
  message: '',
  reasons: [],
  body: '{}',
  signature: '',
  key_id: '',
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the page', () => {
  it('names its screen at the root', () => {
    const { page } = show({ screen: 'decline' })
    expect(page.attributes('data-screen')).toBe('decline')
    expect(page.find('[data-action=decline-confirm]').exists()).toBe(true)
  })

  it('carries a prompt only while it is to be followed, and reads it aloud', async () => {
    const { phone, page } = show({ screen: 'camera-check', session: SESSION, link: 'open' })
    phone.dispatch(server({ type: 'hold_still', index: 0, total: 3 }))
    await flushPromises()
    expect(page.find('[data-prompt-kind]').exists()).toBe(false)

    phone.dispatch(server({ type: 'prompt', id: 'p1', kind: 'turn_left', index: 0, total: 3 }))
    await flushPromises()
    const prompt = page.get('[data-prompt-kind]')
    expect(prompt.attributes()).toMatchObject({ 'data-prompt-kind': 'turn_left', 'data-prompt-id': 'p1' })
    expect(page.get('[aria-live=assertive]').text()).toContain('左')

    phone.dispatch(server({ type: 'step_passed', index: 0, total: 3 }))
    await flushPromises()
    expect(page.find('[data-prompt-kind]').exists()).toBe(false)
  })

  it('swallows the second tap of a double tap after a change of screen', async () => {
    const { phone, page } = show({ screen: 'notice' })
    phone.dispatch({ type: 'decline' })
    await flushPromises()
    expect(page.classes()).toContain('settling')
    await vi.advanceTimersByTimeAsync(400)
    expect(page.classes()).not.toContain('settling')
  })

  it('says that nothing is lost while the link is down', () => {
    expect(show({ screen: 'finishing', link: 'lost' }).page.find('[data-banner=link-lost]').exists()).toBe(true)
  })

  it('has a title and something to do or to wait for on every screen, in both languages', async () => {
    for (const language of ['en', 'zh-CN'] as const) {
      await setLocale(language)
      for (const screen of Object.keys(late.SCREENS) as State['screen'][]) {
        const question = { id: 'q', kind: 'text', text: 'Q', options: {}, required: true } as const
        const { page } = show({ screen, questions: [{ ...question }], receipt: RECEIPT })
        await flushPromises()
        expect(page.get('h1').text(), `${screen} ${language}`).not.toBe('')
        page.unmount()
      }
    }
  })
})
