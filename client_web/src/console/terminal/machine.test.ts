import { describe, expect, it } from 'vitest'

import type { Receipt, Room, ServerMessage, TerminalStatus, Welcome } from '@/core/wire'

import { reduce } from './machine'
import { face, INITIAL, type Effect, type Event, type State } from './state'

const ENTRY = { entry_id: 'e1', title: '早点名', state: 'calling', opens_at: '', closes_at: '' }
const OTHER = { ...ENTRY, entry_id: 'e2', title: '抽查' }
const server = (message: object): Event => ({ type: 'server', message: message as ServerMessage })
const welcome = (...entries: (typeof ENTRY)[]) => server({ type: 'welcome', entries } as Partial<Welcome>)
const status = (answers: boolean) =>
  server({ type: 'terminal', unit_id: 'u', answers_itself: answers, paused: null } as Partial<TerminalStatus>)
const SESSION = { type: 'session', session_id: 's', ice_servers: [], ice_transport_policy: 'all' }
const room = (more: Partial<Room>) => server({ type: 'room', speaker: null, heard: false, seen: false, ...more })
const receipt = (more: Partial<Receipt> = {}) =>
  server({ type: 'receipt', entry_id: 'e1', can_retry: false, state: 'present', ...more })
const OPEN: Event = { type: 'link', status: 'open' }

function play(...events: Event[]): { state: State; last: Effect[]; all: Effect[] } {
  let state = INITIAL
  let last: Effect[] = []
  const all: Effect[] = []
  for (const event of events) {
    ;[state, last] = reduce(state, event)
    all.push(...last)
  }
  return { state, last, all }
}

const names = (effects: Effect[]) => effects.map((one) => (one.type === 'send' ? one.message.type : one.type))
const CALLED = [OPEN, welcome(ENTRY), status(true)]
const LIVE: Event[] = [
  ...CALLED,
  server(SESSION),
  { type: 'announced' },
  { type: 'camera_opened' },
  { type: 'connected' },
]

describe('a call', () => {
  it('is announced before the camera is opened, and nobody presses anything', () => {
    const called = play(...CALLED)
    expect(names(called.last)).toEqual(['take_ticket', 'announce'])
    expect(face(called.state)).toBe('announcing')
    expect(names(play(...CALLED, server(SESSION)).all)).not.toContain('open_camera')
    const { state, all } = play(...LIVE)
    expect(names(all)).toEqual(['take_ticket', 'announce', 'open_camera', 'publish'])
    expect(face(state)).toBe('live')
  })

  it('waits for a press where the office or the hours want it so, and rings once', () => {
    const asked = play(OPEN, welcome(ENTRY), status(false), status(false))
    expect(names(asked.all)).toEqual(['ring'])
    expect(face(asked.state)).toBe('asked')
    expect(names(reduce(asked.state, { type: 'answer' })[1])).toEqual(['take_ticket', 'announce'])
  })

  it('is answered once the office lets calls through again', () => {
    expect(names(play(OPEN, welcome(ENTRY), status(false), status(true)).last)).toEqual([
      'take_ticket',
      'announce',
    ])
  })

  it('that was taken back while it rang no longer stands there', () => {
    expect(face(play(OPEN, welcome(ENTRY), status(false), welcome(), status(false)).state)).toBe('ready')
  })
})

describe('on the wall', () => {
  it.each([
    [{}, 'live'],
    [{ seen: true }, 'seen'],
    [{ seen: true, heard: true }, 'turn'],
    [{ speaker: { name: '李', office: '', why: 'talk', picture: true } }, 'speaking'],
  ] as const)('%j shows %s', (now, shown) => {
    expect(face(play(...LIVE, room(now)).state)).toBe(shown)
  })

  it('ends with the decision and is ready for the next call', () => {
    const { state, last } = play(...LIVE, receipt())
    expect([face(state), names(last)]).toEqual(['ended', ['close_media', 'tell_ended', 'rest']])
    expect(face(reduce(state, { type: 'rested' })[0])).toBe('ready')
  })

  it('answers the other call that waits, and the same again where it may be tried again', () => {
    const two = [OPEN, welcome(ENTRY, OTHER), ...LIVE.slice(2)]
    expect(play(...two, receipt(), { type: 'rested' }).state.entry).toEqual(OTHER)
    expect(play(...LIVE, receipt({ can_retry: true }), { type: 'rested' }).state.entry).toEqual(ENTRY)
  })

  it('lets a new call in before the last end has been read', () => {
    expect(face(play(...LIVE, receipt(), welcome(OTHER), status(true)).state)).toBe('announcing')
  })

  it('tells the center what is switched off', () => {
    const { state, last } = play(...LIVE, { type: 'own_media', kind: 'microphone', on: false })
    expect(state.own).toEqual({ camera: true, microphone: false })
    expect(names(last)).toEqual(['let_out', 'microphone'])
  })
})

describe('trouble', () => {
  it('a camera that does not open is told to the center and said on the screen', () => {
    const failed: Event = { type: 'camera_failed', fault: 'in_use', detail: '' }
    const { state, last } = play(...CALLED, server(SESSION), { type: 'announced' }, failed)
    expect(names(last)).toEqual(['camera_problem'])
    expect(face(state)).toBe('camera')
    expect(face(reduce(state, receipt({ can_retry: true }))[0])).toBe('camera')
    const [again, effects] = reduce(state, { type: 'retry_camera' })
    expect([face(again), names(effects)]).toEqual(['joining', ['take_ticket', 'open_camera']])
  })

  it('a call that is over before it was answered is let go', () => {
    const late = server({ type: 'error', code: 'entry_not_open', message: 'over' })
    const { state, last } = play(...CALLED, late)
    expect([face(state), state.trouble, names(last)]).toEqual(['ready', 'over', ['close_media']])
    expect(face(reduce(state, status(true))[0])).toBe('ready')
    expect(face(play(...LIVE, late).state)).toBe('live')
  })

  it('a lost socket is said, and the session goes on by itself', () => {
    const lost = play(...LIVE, { type: 'link', status: 'lost' })
    expect(face(lost.state)).toBe('lost')
    const back: Event[] = [...LIVE, { type: 'link', status: 'lost' }, OPEN, welcome(ENTRY), status(true)]
    expect(face(play(...back).state)).toBe('joining')
    const { state, last } = play(...back, server(SESSION))
    expect([face(state), names(last)]).toEqual(['joining', ['publish']])
    expect(face(play(...back, server(SESSION), { type: 'connected' }).state)).toBe('live')
  })

  it('a visit that ended meanwhile is forgotten after a moment of silence', () => {
    const back = play(...LIVE, { type: 'link', status: 'lost' }, OPEN, welcome(), status(true))
    expect(face(reduce(back.state, { type: 'silence' })[0])).toBe('ready')
  })

  it('media that fails is published again', () => {
    expect(names(play(...LIVE, { type: 'media_failed' }).last)).toEqual(['publish'])
  })

  it('another device took over until this one takes it back', () => {
    const { state, last } = play(...LIVE, server({ type: 'superseded' }))
    expect([face(state), names(last)]).toEqual(['superseded', ['close_media']])
    expect(names(reduce(state, { type: 'take_back' })[1])).toEqual(['reconnect'])
  })
})
