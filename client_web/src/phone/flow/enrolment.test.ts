import { describe, expect, it } from 'vitest'

import type { EnrolmentState, PictureSeen, ServerMessage, Welcome } from '@/core/wire'

import { reduce } from './machine'
import { INITIAL, type Effect, type Event, type State } from './state'

const WELCOME: Welcome = {
  type: 'welcome',
  role: 'phone',
  name: 'Wang',
  center: 'Center',
  office: 'Office',
  office_phone: '123',
  server_time: '2026-11-21T01:00:00Z',
  resume_token: 'r',
  resumed: false,
  demonstration: false,
  face_enrolled: false,
  entries: [],
  ice_servers: [],
  ice_transport_policy: 'all',
}
const WANTED: EnrolmentState = {
  type: 'enrolment_state',
  state: 'wanted',
  next: 'straight',
  needed: 4,
  message: '',
}
const SEEN: PictureSeen = {
  type: 'picture_seen',
  used: true,
  problem: null,
  message: '',
  taken: 1,
  needed: 4,
  next: 'left',
}
const TAKEN: Event = { type: 'picture_taken', data: 'AAAA' }

const server = (message: ServerMessage): Event => ({ type: 'server', message })

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

const sent = (effects: Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.message] : []))
const ASKED: Event[] = [server(WELCOME), server(WANTED), { type: 'enrol' }]

describe('the own enrolment', () => {
  it('opens where the office has asked for it, and only from the first screen', () => {
    expect(play(ASKED).state.screen).toBe('enrol')
    expect(play([server(WELCOME), { type: 'enrol' }]).state.screen).toBe('nothing-due')
    expect(play([server(WANTED), { type: 'enrol' }]).state.screen).toBe('starting')
  })

  it('sends one picture at a time', () => {
    const { state, effects } = play([...ASKED, TAKEN, TAKEN])
    expect(sent(effects)).toEqual([{ type: 'enrolment_picture', data: 'AAAA' }])
    expect(sent(play([server(SEEN), TAKEN], state).effects)).toHaveLength(1)
  })

  it('goes on after a picture that the server would not look at', () => {
    const refusal = { type: 'error', code: 'too_many', message: 'wait', params: {}, fatal: false } as const
    const { state, effects } = play([...ASKED, TAKEN, server(refusal), TAKEN])
    expect(sent(effects)).toHaveLength(2)
    expect(play([...ASKED, TAKEN, server(refusal)]).state.trouble).toBe('wait')
    expect(state.screen).toBe('enrol')
  })

  it('hands the pictures in or has them thrown away', () => {
    for (const agreed of [true, false]) {
      const { effects } = play([...ASKED, server({ ...SEEN, next: null }), { type: 'hand_in', agreed }])
      expect(sent(effects)).toEqual([{ type: 'enrolment_submit', agreed }])
    }
  })

  it('takes no pictures any more once they are handed in, but again when they were refused', () => {
    const submitted = play([...ASKED, server({ ...WANTED, state: 'submitted', next: null })]).state
    expect(reduce(submitted, TAKEN)).toEqual([submitted, []])
    const rejected = play([server({ ...WANTED, state: 'rejected', message: 'too dark' })], submitted).state
    expect(sent(play([TAKEN], rejected).effects)).toHaveLength(1)
  })

  it('begins anew with a server that has begun anew', () => {
    const before = play([...ASKED, TAKEN, server(SEEN)]).state
    const { state } = play([server(WELCOME), server(WANTED)], before)
    expect([state.screen, state.seen, state.looking]).toEqual(['enrol', null, false])
  })

  it('is forgotten where the office does not ask any more', () => {
    expect(play([server(WANTED), server(WELCOME)]).state.enrolment).toBeNull()
  })

  it('is left by the back button', () => {
    expect(play([...ASKED, { type: 'back' }]).state.screen).toBe('nothing-due')
  })
})
