import { describe, expect, it } from 'vitest'

import type { PromptKind, ScreenLight, ServerMessage, SessionReady } from '@/core/wire'

import { reduce } from './machine'
import { INITIAL, type Effect, type Event, type State } from './state'

const SESSION: SessionReady = {
  type: 'session',
  session_id: 's1',
  entry_id: 'e1',
  attempt: 1,
  steps: 3,
  ice_servers: [],
  ice_transport_policy: 'all',
}
const LIGHT: ScreenLight = { type: 'screen_light', id: 'l1', colours: ['#ffffff', '#ff0000'], each_ms: 500 }
const QUESTIONS: ServerMessage = {
  type: 'questions',
  location_wanted: false,
  items: [{ id: 'q1', kind: 'choice', text: '?', options: { a: 'A' }, required: true }],
}
const STEP = { index: 0, total: 3 }
const HOLD: ServerMessage = { type: 'hold_still', ...STEP }

const server = (message: ServerMessage): Event => ({ type: 'server', message })
const prompt = (kind: PromptKind, digits?: string): ServerMessage => ({
  type: 'prompt',
  id: `p-${kind}`,
  kind,
  digits: digits ?? null,
  ...STEP,
})

function play(events: Event[], from: State = INITIAL): { state: State; effects: Effect[] } {
  const effects: Effect[] = []
  let state = from
  for (const event of events) {
    const [next, caused] = reduce(state, event)
    state = next
    effects.push(...caused)
  }
  return { state, effects }
}

const watched = play([server(SESSION), { type: 'camera_opened' }, server(HOLD)]).state
const signals = (effects: Effect[]) => effects.filter((effect) => effect.type === 'signal')

describe('a prompt', () => {
  it('brings the digits that are to be read', () => {
    const { state } = play([server(prompt('read_digits', '739'))], watched)
    expect(state.step?.prompt).toMatchObject({ kind: 'read_digits', digits: '739' })
  })

  it.each<[string, Event]>([
    ['a failed try', server({ type: 'try_failed', why: 'too_late', tries_left: 1 })],
    ['a movement that is begun anew', server(HOLD)],
    ['a lost link', { type: 'link', status: 'lost' }],
    ['another phone', server({ type: 'superseded' })],
  ])('to close the eyes is ended by %s with a signal, for nothing is seen then', (_, end) => {
    const { effects } = play([server(prompt('close_eyes')), end], watched)
    expect(signals(effects)).toEqual([{ type: 'signal', passed: false }])
  })

  it('that was followed is signalled once, with open eyes and with closed ones', () => {
    for (const kind of ['close_eyes', 'nod'] as const) {
      const passed = server({ type: 'step_passed', ...STEP })
      const { effects } = play([server(prompt(kind)), passed, server({ ...HOLD, index: 1 })], watched)
      expect(signals(effects), kind).toEqual([{ type: 'signal', passed: true }])
    }
  })

  it('with open eyes ends without a noise', () => {
    const failed = server({ type: 'try_failed', why: 'too_late', tries_left: 1 })
    expect(signals(play([server(prompt('nod')), failed], watched).effects)).toEqual([])
  })
})

describe('the light of the screen', () => {
  const lit = play([server(LIGHT)], watched).state
  const over: Event = { type: 'light_over', id: 'l1' }

  it('fills the screen until it is over, then the page waits for the questions', () => {
    expect([lit.screen, lit.light]).toEqual(['light', LIGHT])
    const { state } = play([over], lit)
    expect([state.screen, state.light]).toEqual(['finishing', null])
    expect(play([server(QUESTIONS)], state).state.screen).toBe('question')
  })

  it('goes back to the question that was open before', () => {
    const asked = play([server(QUESTIONS), server(LIGHT)], watched).state
    expect(asked.screen).toBe('light')
    expect(play([over], asked).state.screen).toBe('question')
  })

  it('is not torn away by advice, but by a movement that is asked for again', () => {
    const advice = server({ type: 'advice', problem: 'too_dark' })
    expect(play([advice], lit).state.screen).toBe('light')
    expect(play([server(HOLD)], lit).state.screen).toBe('prompts')
  })

  it('that ends late does not end what came after it', () => {
    const asked = play([server(QUESTIONS)], lit).state
    expect(reduce(asked, over)).toEqual([asked, []])
    const again = play([server({ ...LIGHT, id: 'l2' })], lit).state
    expect(reduce(again, over)).toEqual([again, []])
  })
})
