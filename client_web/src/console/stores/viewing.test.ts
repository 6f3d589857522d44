import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { FloorParticipant, LiveSession, ServerMessage } from '@/core/wire'

import { Viewer, type ViewerEvents } from '../wall/viewer'
import { useAir } from './air'
import { FakeLink, WELCOME } from './fake_link'
import { IDLE, useFloor } from './floor'
import { useHearing } from './hearing'
import { useViewing } from './viewing'

vi.mock('@/core/signaling', async () => ({ Signaling: (await import('./fake_link')).FakeLink }))

const live = (...ids: string[]): ServerMessage => ({
  type: 'live_changed',
  sessions: ids.map((session_id) => ({ session_id }) as LiveSession),
})
const floorWith = (session_id: string, talking_with: string | null): ServerMessage => ({
  type: 'floor',
  you: IDLE,
  participants: [{ session_id, talking_with } as FloorParticipant],
  broadcasts: [],
})

/** Whether the network lets media through. */
let passable = true
let started: ReturnType<typeof vi.spyOn>

/** A connection of four pictures, of which one is for an officer beside, and two sounds. */
async function connected() {
  setActivePinia(createPinia())
  const viewing = useViewing()
  const hearing = useHearing()
  const release = viewing.mountWall()
  FakeLink.hear(WELCOME)
  await answered(viewing)
  return { viewing, hearing, release }
}

async function answered(viewing: ReturnType<typeof useViewing>) {
  await flushPromises()
  FakeLink.hear({ type: 'answer', purpose: 'view', sdp: '' })
  await flushPromises()
  expect(viewing.state).toBe('up')
  FakeLink.sent.length = 0
}

beforeEach(() => {
  vi.useFakeTimers()
  passable = true
  started = vi.spyOn(Viewer.prototype, 'start').mockImplementation(() => Promise.resolve())
  vi.spyOn(Viewer.prototype, 'answer').mockImplementation(function (this: Viewer) {
    const { events } = this as unknown as { events: ViewerEvents }
    events.ready(['0', '1', '2', '3'], ['4', '5'])
    if (passable) events.connected()
    return Promise.resolve()
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('what the console sees', () => {
  it('routes the wall, and tells which one is large', async () => {
    const { viewing } = await connected()
    viewing.show(['a', 'b'])
    viewing.spot = 'b'
    await flushPromises()
    expect(FakeLink.sent).toContainEqual({ type: 'route', mid: '0', session_id: 'a' })
    expect(FakeLink.sent).toContainEqual({ type: 'route', mid: '1', session_id: 'b' })
    expect(FakeLink.sent).toContainEqual({ type: 'spotlight', session_id: 'b', mid: null })
  })

  it('shows the large one though it is on another page of the wall', async () => {
    const { viewing } = await connected()
    viewing.show(['a', 'b', 'c'])
    viewing.spot = 'x'
    await flushPromises()
    expect(FakeLink.sent).toContainEqual({ type: 'route', mid: '2', session_id: 'x' })
  })

  it('makes a new connection only for a larger wall', async () => {
    const { viewing } = await connected()
    viewing.show(['a'], 6)
    expect(started).toHaveBeenCalledTimes(1)
    viewing.show(['a'], 24)
    expect(started).toHaveBeenCalledTimes(2)
    expect(started).toHaveBeenLastCalledWith(26, expect.anything())
  })

  it('comes back at once when the server has lost the connection, with everything named anew', async () => {
    const { viewing } = await connected()
    viewing.show(['a'])
    viewing.spot = 'a'
    await flushPromises()
    FakeLink.hear({ type: 'reconnect', purpose: 'view' })
    expect(started).toHaveBeenCalledTimes(2)
    await flushPromises()
    FakeLink.sent.length = 0
    FakeLink.hear({ type: 'answer', purpose: 'view', sdp: '' })
    await flushPromises()
    const said = FakeLink.sent.map((one) => one.type).sort()
    expect(said).toEqual(['listen', 'route', 'spotlight'])
  })

  it('asks ever more seldom where no media comes through, and says so', async () => {
    const { viewing } = await connected()
    FakeLink.hear({ type: 'reconnect', purpose: 'view' })
    passable = false
    const begun = started.mock.calls.length
    for (let at = 0; at < 300; at++) {
      FakeLink.hear({ type: 'answer', purpose: 'view', sdp: '' })
      await flushPromises()
      if (at % 12 === 0) FakeLink.hear({ type: 'reconnect', purpose: 'view' })
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(viewing.state).toBe('blocked')
    expect(started.mock.calls.length - begun).toBeLessThan(10)
    passable = true
    viewing.tryNow()
    FakeLink.hear({ type: 'answer', purpose: 'view', sdp: '' })
    await flushPromises()
    expect(viewing.state).toBe('up')
  })

  it('lets go of the large one when that session is over', async () => {
    const { viewing } = await connected()
    FakeLink.hear(live('a', 'b'))
    viewing.spot = 'a'
    FakeLink.hear(live('b'))
    expect(viewing.spot).toBeNull()
  })

  it('has somebody large again who was gone for a moment, unless another was chosen', async () => {
    const { viewing } = await connected()
    FakeLink.hear(live('a', 'b'))
    viewing.spot = 'a'
    FakeLink.hear(live('b'))
    FakeLink.hear(live('a', 'b'))
    expect(viewing.spot).toBe('a')
    FakeLink.hear(live('b'))
    viewing.spot = 'b'
    FakeLink.hear(live('a', 'b'))
    expect(viewing.spot).toBe('b')
    FakeLink.hear(live('a'))
    await vi.advanceTimersByTimeAsync(61_000)
    FakeLink.hear(live('a', 'b'))
    expect(viewing.spot).toBeNull()
  })

  it('ends when nobody looks any more, but not between two pages', async () => {
    const { viewing, release } = await connected()
    release()
    const next = viewing.mountWall()
    await vi.advanceTimersByTimeAsync(5000)
    expect(viewing.state).toBe('up')
    next()
    await vi.advanceTimersByTimeAsync(5000)
    expect(viewing.state).toBe('off')
    expect(FakeLink.sent).toContainEqual({ type: 'hang_up', purpose: 'view' })
  })
})

describe('what the console hears', () => {
  it('is whoever is large, unless the officer wants quiet', async () => {
    const { viewing, hearing } = await connected()
    viewing.spot = 'a'
    await flushPromises()
    expect(FakeLink.sent.at(-1)).toEqual({ type: 'listen', session_id: 'a' })
    hearing.listening = false
    await flushPromises()
    expect(FakeLink.sent.at(-1)).toEqual({ type: 'listen', session_id: null })
  })

  it('is left to the talk while there is one', async () => {
    const { viewing } = await connected()
    viewing.spot = 'a'
    await flushPromises()
    FakeLink.sent.length = 0
    useAir().talk = 'a'
    viewing.spot = 'b'
    await flushPromises()
    expect(FakeLink.sent.filter((one) => one.type === 'listen')).toEqual([])
    useAir().talk = null
    await flushPromises()
    expect(FakeLink.sent.at(-1)).toEqual({ type: 'listen', session_id: 'b' })
  })

  it('has the officer beside who talks with whom we look at', async () => {
    const { viewing } = await connected()
    useFloor()
    viewing.spot = 'a'
    FakeLink.hear(floorWith('a', 'Li'))
    await flushPromises()
    expect(FakeLink.sent).toContainEqual({ type: 'route', mid: '3', session_id: 'a', side: 'officer' })
    FakeLink.hear(floorWith('a', null))
    await flushPromises()
    expect(FakeLink.sent.at(-1)).toEqual({ type: 'route', mid: '3', session_id: null, side: 'officer' })
  })
})
