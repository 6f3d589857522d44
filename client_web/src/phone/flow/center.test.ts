import { describe, expect, it } from 'vitest'

import type { Encoding, Room, ServerMessage } from '@/core/wire'

import { reduce } from './machine'
import { INITIAL, type Effect, type Event, type State } from './state'

const SESSION: ServerMessage = {
  type: 'session',
  session_id: 's1',
  entry_id: 'e1',
  attempt: 1,
  steps: 3,
  ice_servers: [],
  ice_transport_policy: 'relay',
}
const ROOM: Room = {
  type: 'room',
  speaker: { name: 'Li', office: 'Center', why: 'talk', picture: true },
  heard: true,
  seen: true,
  muted: false,
  camera_on: true,
  microphone_on: true,
}
const TILE: Encoding = {
  type: 'encoding',
  active: true,
  max_width: 320,
  max_height: 240,
  max_framerate: 10,
  max_bitrate_bps: 150_000,
}

const server = (message: ServerMessage): Event => ({ type: 'server', message })
const turn = (kind: 'camera' | 'microphone', on: boolean): Event => ({ type: 'own_media', kind, on })

function play(...events: Event[]): { state: State; last: Effect[] } {
  let state: State = { ...INITIAL, screen: 'waiting' }
  let last: Effect[] = []
  for (const event of events) [state, last] = reduce(state, event)
  return { state, last }
}

describe('the center', () => {
  it('is seen while it speaks, until it ends or the session does', () => {
    expect(play(server(SESSION), server(ROOM)).state.room?.speaker?.name).toBe('Li')
    expect(play(server(SESSION), server(ROOM), server({ ...ROOM, speaker: null })).state.room?.speaker).toBeNull()
    expect(play(server(SESSION), server(ROOM), server({ type: 'superseded' })).state.room).toBeNull()
  })

  it('has no word on a phone without a session', () => {
    expect(play(server(ROOM)).state.room).toBeNull()
  })

  it('says what is wanted of the picture, and it is done', () => {
    expect(play(server(SESSION), server(TILE)).last).toEqual([{ type: 'encode', wanted: TILE }])
  })

  it('is reached over the relays that it names', () => {
    const { last } = play(server(SESSION), { type: 'camera_opened' })
    expect(last[0]).toMatchObject({ type: 'publish', network: { ice_transport_policy: 'relay' } })
  })
})

describe('the own camera and microphone', () => {
  it('go off on the phone first, and the center is told', () => {
    const { state, last } = play(server(SESSION), turn('camera', false))
    expect(state.own).toEqual({ camera: false, microphone: true })
    expect(last).toEqual([
      { type: 'let_out', own: { camera: false, microphone: true } },
      { type: 'send', message: { type: 'camera', on: false } },
    ])
  })

  it('say nothing twice', () => {
    expect(play(server(SESSION), turn('microphone', true)).last).toEqual([])
  })

  it('stay off over a new connection, and the server hears of it again', () => {
    const { state, last } = play(server(SESSION), turn('microphone', false), server(SESSION))
    expect(state.own.microphone).toBe(false)
    expect(last).toContainEqual({ type: 'send', message: { type: 'microphone', on: false } })
    const published = reduce(state, { type: 'camera_opened' })[1]
    expect(published).toContainEqual({ type: 'let_out', own: state.own })
  })
})
