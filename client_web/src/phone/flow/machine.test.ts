import { describe, expect, it } from 'vitest'

import type { Receipt, ServerMessage, Welcome } from '@/core/wire'

import { reduce } from './machine'
import { INITIAL, type Effect, type Event, type State } from './state'

const ENTRY = {
  entry_id: 'e1',
  title: 'Morning',
  state: 'pending',
  opens_at: '2026-11-21T01:00:00Z',
  closes_at: '2026-11-21T02:00:00Z',
}
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
  face_enrolled: true,
  entries: [ENTRY],
  ice_servers: [],
  ice_transport_policy: 'all',
}
const TICKET: ServerMessage = {
  type: 'ticket',
  entry_id: 'e1',
  number: 1,
  position: 0,
  taken_at: '2026-11-21T01:01:00Z',
}
const SESSION: ServerMessage = {
  type: 'session',
  session_id: 's1',
  entry_id: 'e1',
  attempt: 1,
  steps: 3,
  ice_servers: [],
  ice_transport_policy: 'all',
}
const RECEIPT: Receipt = {
  type: 'receipt',
  number: '1',
  entry_id: 'e1',
  state: 'review',
  reason: 'inconclusive',
  arrived_at: '2026-11-21T01:01:00Z',
  finished_at: '2026-11-21T01:02:00Z',
  next: 'retry',
  can_retry: true,
  message: '',
  reasons: [],
  body: '{}',
  signature: '',
  key_id: '',
}
const QUESTIONS: ServerMessage = {
  type: 'questions',
  location_wanted: true,
  items: [
    { id: 'q1', kind: 'choice', text: '?', options: { a: 'A' }, required: true },
    { id: 'q2', kind: 'text', text: '?', options: {}, required: false },
  ],
}

const server = (message: ServerMessage): Event => ({ type: 'server', message })
const hold = (index: number): Event => server({ type: 'hold_still', index, total: 3 })
const prompt = (index: number): Event =>
  server({ type: 'prompt', id: `p${index}`, kind: 'nod', index, total: 3 })
const passed = (index: number): Event => server({ type: 'step_passed', index, total: 3 })

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
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.message.type] : []))

const ARRIVED: Event[] = [server(WELCOME), { type: 'start', entryId: 'e1' }, server(TICKET)]
const LIVE: Event[] = [...ARRIVED, { type: 'agree' }, server(SESSION), { type: 'camera_opened' }]
const ASKED: Event[] = [...LIVE, hold(0), prompt(0), passed(2), server(QUESTIONS)]
const ANSWERED: Event[] = [
  ...ASKED,
  { type: 'answer', id: 'q1', value: 'a' },
  { type: 'answer', id: 'q2', value: '' },
]

describe('a check-in', () => {
  it('leads from the link to the receipt', () => {
    const walk: [Event, State['screen']][] = [
      [server(WELCOME), 'due'],
      [{ type: 'start', entryId: 'e1' }, 'notice'],
      [server(TICKET), 'notice'],
      [{ type: 'agree' }, 'waiting'],
      [server(SESSION), 'camera-check'],
      [{ type: 'camera_opened' }, 'camera-check'],
      [server({ type: 'advice', problem: 'too_dark' }), 'camera-check'],
      [hold(0), 'prompts'],
      [prompt(0), 'prompts'],
      [passed(0), 'prompts'],
      [passed(2), 'finishing'],
      [server(QUESTIONS), 'question'],
      [{ type: 'answer', id: 'q1', value: 'a' }, 'question'],
      [{ type: 'answer', id: 'q2', value: '' }, 'location'],
      [{ type: 'skip_location' }, 'finishing'],
      [server(RECEIPT), 'receipt'],
    ]
    let state = INITIAL
    const effects: Effect[] = []
    for (const [event, screen] of walk) {
      const [next, caused] = reduce(state, event)
      state = next
      effects.push(...caused)
      expect(state.screen, event.type).toBe(screen)
    }
    expect(sent(effects)).toEqual(['take_ticket', 'consent', 'answers', 'location_declined'])
    expect(effects.at(-1)).toEqual({ type: 'keep_receipt', receipt: RECEIPT })
  })

  it('counts the arrival before anything is agreed to', () => {
    const { effects } = play(ARRIVED)
    expect(sent(effects)).toEqual(['take_ticket'])
  })

  it('leads a refusal of face recognition to a receipt, without camera', () => {
    const { state, effects } = play([
      ...ARRIVED,
      { type: 'decline' },
      { type: 'confirm_decline' },
      server({ ...RECEIPT, reason: 'declined_face', can_retry: false }),
    ])
    expect(state.screen).toBe('receipt')
    expect(sent(effects)).toEqual(['take_ticket', 'consent'])
    expect(effects).not.toContainEqual({ type: 'open_camera' })
  })

  it('shows the next time where nothing is due', () => {
    expect(play([server({ ...WELCOME, entries: [] })]).state.screen).toBe('nothing-due')
  })

  it('goes back to the list with the reason where the ticket is refused', () => {
    const refusal = { type: 'error', code: 'window_closed', message: 'too late', params: {}, fatal: false }
    const { state } = play([...ARRIVED.slice(0, 2), server(refusal as ServerMessage)])
    expect([state.screen, state.trouble]).toEqual(['due', 'too late'])
  })
})

describe('a second tap', () => {
  it.each<[string, Event[], Event]>([
    ['start', ARRIVED.slice(0, 2), { type: 'start', entryId: 'e1' }],
    ['agree', [...ARRIVED, { type: 'agree' }], { type: 'agree' }],
    ['answer', [...ASKED, { type: 'answer', id: 'q1', value: 'a' }], { type: 'answer', id: 'q1', value: 'b' }],
    ['share', [...ANSWERED, { type: 'share_location' }], { type: 'share_location' }],
    ['skip', [...ANSWERED, { type: 'skip_location' }], { type: 'skip_location' }],
    ['retry', [...LIVE, server(RECEIPT), { type: 'retry' }], { type: 'retry' }],
  ])('of %s changes nothing', (_, before, tap) => {
    const { state } = play(before)
    expect(reduce(state, tap)).toEqual([state, []])
  })
})

describe('movements', () => {
  it('show a prompt only while the server waits for it', () => {
    expect(play([...LIVE, hold(0), prompt(0)]).state.step?.prompt?.kind).toBe('nod')
    expect(play([...LIVE, hold(0), prompt(0), passed(0)]).state.step?.prompt).toBeNull()
    const lost: Event = { type: 'link', status: 'lost' }
    expect(play([...LIVE, hold(0), prompt(0), lost]).state.step?.prompt).toBeNull()
  })

  it('explain a failed try until the next prompt', () => {
    const failed = server({ type: 'try_failed', why: 'too_early', tries_left: 2 })
    const { state } = play([...LIVE, hold(0), prompt(0), failed, hold(0)])
    expect([state.screen, state.tryFault]).toEqual(['prompts', 'too_early'])
    expect(reduce(state, prompt(0))[0].tryFault).toBeNull()
  })

  it('come back to the question that was open', () => {
    const { state } = play([...ASKED, hold(0), prompt(0), passed(2)])
    expect(state.screen).toBe('question')
  })

  it('are not interrupted by advice while a question is open', () => {
    const { state } = play([...ASKED, server({ type: 'advice', problem: 'no_face' })])
    expect([state.screen, state.advice]).toEqual(['question', 'no_face'])
  })
})

describe('a lost link', () => {
  const resumed: Event = server({ ...WELCOME, resumed: true })

  it('publishes anew when the session is resumed, and stays on its screen', () => {
    const { state, effects } = play([...ANSWERED, resumed, server(SESSION), { type: 'camera_opened' }])
    expect(state.screen).toBe('location')
    expect(effects.filter((effect) => effect.type === 'publish')).toHaveLength(2)
  })

  it('says answers again without asking the person', () => {
    const before = play([...ANSWERED, { type: 'skip_location' }]).state
    const { state, effects } = play([resumed, server(SESSION), server(QUESTIONS)], before)
    expect(state.screen).toBe('finishing')
    expect(sent(effects)).toEqual(['answers', 'location_declined'])
  })

  it('takes the ticket again where the server forgot the session, and agrees by itself', () => {
    const before = play(LIVE).state
    const { state, effects } = play([server(WELCOME), server(TICKET), server(SESSION)], before)
    expect(state.screen).toBe('camera-check')
    expect(sent(effects)).toEqual(['take_ticket', 'consent'])
  })

  it('asks for the ticket when a resumed server stays silent', () => {
    const before = play([...LIVE, { type: 'link', status: 'open' }, resumed]).state
    expect(sent(play([{ type: 'silence' }], before).effects)).toEqual(['take_ticket'])
  })

  it('repeats a consent that may not have arrived', () => {
    const before = play([...ARRIVED, { type: 'agree' }]).state
    const { state, effects } = play([resumed, server(TICKET)], before)
    expect(state.screen).toBe('waiting')
    expect(sent(effects)).toContain('consent')
  })

  it('carries a reloaded page on with the session', () => {
    const { state, effects } = play([resumed, server(SESSION)])
    expect(state.screen).toBe('camera-check')
    expect(effects).toContainEqual({ type: 'open_camera' })
  })

  it('keeps the receipt on the screen', () => {
    expect(play([...LIVE, server(RECEIPT), server(WELCOME)]).state.screen).toBe('receipt')
  })
})

describe('the camera', () => {
  const denied: Event = { type: 'camera_failed', fault: 'denied', detail: '' }

  it('that is denied keeps its explanation on the screen after the receipt', () => {
    const { state, effects } = play([...LIVE, denied, server(RECEIPT)])
    expect(state.screen).toBe('camera-problem')
    expect(sent(effects)).toContain('camera_problem')
  })

  it('is tried again with a new ticket after the receipt, without asking for consent again', () => {
    const { state, effects } = play([
      ...LIVE,
      denied,
      server(RECEIPT),
      { type: 'retry_camera' },
      server(TICKET),
    ])
    expect(state.screen).toBe('waiting')
    expect(sent(effects).slice(-2)).toEqual(['take_ticket', 'consent'])
  })

  it('that fails while the questions are answered takes nobody away from them', () => {
    const asked = play([...LIVE, server(QUESTIONS), denied])
    expect([asked.state.screen, asked.state.cameraFault]).toEqual(['question', null])
    expect(sent(asked.effects)).toContain('camera_problem')
    const over = play([...LIVE, server(QUESTIONS), denied, server(RECEIPT)])
    expect(over.state.screen).toBe('receipt')
  })

  it('that goes away in the middle is mended without leaving the screen', () => {
    const { state, effects } = play([...LIVE, hold(0), { type: 'camera_lost' }])
    expect([state.screen, effects.at(-1)]).toEqual(['prompts', { type: 'mend_camera' }])
  })

  it('is closed by receipt, supersession and fatal errors', () => {
    const fatal = { type: 'error', code: 'x', message: '', params: {}, fatal: true } as const
    for (const end of [RECEIPT, { type: 'superseded' } as const, fatal]) {
      expect(play([...LIVE, server(end)]).effects).toContainEqual({ type: 'close_camera' })
    }
  })

  it('is not left open when it comes after the end', () => {
    const { state } = play([...LIVE, server(RECEIPT)])
    expect(reduce(state, { type: 'camera_opened' })[1]).toEqual([{ type: 'close_camera' }])
  })
})

describe('the receipt', () => {
  it('leads to the list, without the entry that is done', () => {
    const done = server({ ...RECEIPT, can_retry: false })
    expect(play([...LIVE, done, { type: 'finish' }]).state.screen).toBe('nothing-due')
    expect(play([...LIVE, server(RECEIPT), { type: 'finish' }]).state.screen).toBe('due')
  })

  it('of an earlier day offers no further try', () => {
    const old = { ...RECEIPT, entry_id: 'gone' }
    const { state } = play([server(WELCOME), { type: 'show_receipt', receipt: old }])
    expect([state.screen, state.receipt?.can_retry]).toEqual(['receipt', false])
  })
})

it('turns an unknown device to its link, not to an error page', () => {
  const refusal = { type: 'error', code: 'unknown_device', message: '', params: {}, fatal: true } as const
  const { state } = play([server(refusal)])
  expect([state.screen, state.linkProblem]).toEqual(['link-problem', 'unregistered'])
})

it('lets the back button undo one step, and nothing that counts', () => {
  expect(play([...ARRIVED, { type: 'decline' }, { type: 'back' }]).state.screen).toBe('notice')
  expect(play([...ARRIVED, { type: 'back' }]).state.screen).toBe('due')
  expect(play([...LIVE, { type: 'back' }]).state.screen).toBe('camera-check')
})
