import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import * as camera from '@/core/camera'
import * as publishing from '@/core/publisher'
import type { ClientMessage, OwnFloor, ServerMessage } from '@/core/wire'

import { useAir } from './air'
import { FakeLink, WELCOME } from './fake_link'
import { IDLE } from './floor'

vi.mock('@/core/signaling', async () => ({ Signaling: (await import('./fake_link')).FakeLink }))

const FAILURE: ServerMessage = { type: 'error', code: 'talk_taken', message: '', params: {}, fatal: false }

/** Whether the network lets media through. */
let passable = true

class FakeTrack extends EventTarget {
  enabled = true
  stopped = false
  constructor(readonly kind: 'audio' | 'video') {
    super()
  }
  stop() {
    this.stopped = true
  }
}

function stage(kinds: ('audio' | 'video')[] = ['audio', 'video']) {
  setActivePinia(createPinia())
  const tracks = kinds.map((kind) => new FakeTrack(kind))
  const of = (kind: string) => tracks.filter((one) => one.kind === kind)
  const stream = {
    getTracks: () => tracks,
    getVideoTracks: () => of('video'),
    getAudioTracks: () => of('audio'),
  } as unknown as MediaStream
  const withoutPicture = kinds.includes('video') ? null : ('not_found' as const)
  const opened = vi.spyOn(camera, 'openVoice').mockResolvedValue({ stream, withoutPicture })
  const publisher = {
    sdp: 'offer',
    accept: vi.fn(() => Promise.resolve()),
    encode: vi.fn(() => Promise.resolve()),
    replace: vi.fn(() => Promise.resolve()),
    close: vi.fn(),
  }
  const published = vi.spyOn(publishing, 'publish').mockImplementation((_, __, events) => {
    if (passable) events.connected?.()
    return Promise.resolve(publisher)
  })
  const air = useAir()
  const { sent } = FakeLink
  const hear = async (message: ServerMessage) => {
    FakeLink.hear(message)
    await flushPromises()
  }
  const floor = (you: Partial<OwnFloor>) =>
    hear({ type: 'floor', you: { ...IDLE, ...you }, participants: [], broadcasts: [] })
  const answer = () => hear({ type: 'answer', purpose: 'publish', sdp: 'answer' })
  return { air, hear, floor, answer, sent, tracks, opened, published, publisher }
}

const types = (sent: ClientMessage[]) => sent.map((one) => one.type)

beforeEach(() => {
  vi.useFakeTimers()
  passable = true
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('to be heard and seen', () => {
  it('publishes first, then says with whom', async () => {
    const { air, hear, answer, sent } = stage()
    await hear(WELCOME)
    await air.talkTo('s1')
    expect(types(sent)).toEqual(['offer'])
    await answer()
    expect(sent.at(-1)).toEqual({ type: 'talk', session_id: 's1' })
    expect(air.state).toBe('on')
  })

  it('changes the other side without a new connection', async () => {
    const { air, hear, answer, floor, published, sent } = stage()
    await hear(WELCOME)
    await air.talkTo('s1')
    await answer()
    await floor({ talking: 's1' })
    await air.talkTo('s2')
    await floor({ talking: 's1' })
    expect(published).toHaveBeenCalledOnce()
    expect(sent.at(-1)).toEqual({ type: 'talk', session_id: 's2' })
    expect(air.talk).toBe('s2')
  })

  it('ends with camera and microphone off', async () => {
    const { air, hear, answer, sent, tracks } = stage()
    await hear(WELCOME)
    await air.talkTo('s1')
    await answer()
    air.stop()
    expect(types(sent).slice(-2)).toEqual(['talk', 'hang_up'])
    expect(tracks.every((one) => one.stopped)).toBe(true)
    expect(air.wanted).toBe(false)
  })

  it('ends when the server says that it is over', async () => {
    const { air, hear, answer, floor, tracks } = stage()
    await hear(WELCOME)
    await air.talkTo('s1')
    await answer()
    await floor({})
    expect(air.talk, 'not yet confirmed: an older floor').toBe('s1')
    await floor({ talking: 's1' })
    await floor({})
    expect(air.talk).toBeNull()
    expect(tracks.every((one) => one.stopped)).toBe(true)
  })

  it('is given up when it is refused, and not for a fault that has nothing to do with it', async () => {
    const { air, hear, answer, floor } = stage()
    await hear(WELCOME)
    await air.talkTo('s1')
    await hear(FAILURE)
    expect(air.talk, 'before it was asked for').toBe('s1')
    await answer()
    await hear(FAILURE)
    expect(air.talk).toBeNull()
    await air.talkTo('s2')
    await answer()
    await floor({ talking: 's2' })
    await hear({ ...FAILURE, code: 'disk_full' })
    expect(air.talk).toBe('s2')
  })

  it('comes back by itself over a new socket', async () => {
    const { air, hear, answer, floor, sent, published } = stage()
    await hear(WELCOME)
    await air.speakToAll({ to: 'everyone', unit_id: null, urgent: false })
    await answer()
    await floor({ broadcasting: true })
    await hear(WELCOME)
    await floor({})
    expect(air.broadcast, 'the new socket has not been told yet').not.toBeNull()
    await answer()
    expect(published).toHaveBeenCalledTimes(2)
    expect(sent.filter((one) => one.type === 'broadcast')).toHaveLength(2)
  })

  it('makes a new connection when the server has lost it, and the talk goes on', async () => {
    const { air, hear, answer, floor, sent, published } = stage()
    await hear(WELCOME)
    await air.talkTo('s1')
    await answer()
    await floor({ talking: 's1' })
    await hear({ type: 'reconnect', purpose: 'publish' })
    await answer()
    expect(published).toHaveBeenCalledTimes(2)
    expect(sent.filter((one) => one.type === 'talk')).toHaveLength(1)
    expect(air.talk).toBe('s1')
  })
})

describe('a network without a way through', () => {
  it('is given up after a few tries, and named', async () => {
    const { air, hear, answer, published, tracks } = stage()
    passable = false
    await hear(WELCOME)
    await air.talkTo('s1')
    for (let at = 0; at < 20; at++) {
      await answer()
      await hear({ type: 'reconnect', purpose: 'publish' })
      await vi.advanceTimersByTimeAsync(12_000)
    }
    expect(air.fault).toEqual({ device: 'network', fault: 'blocked' })
    expect(published.mock.calls.length).toBeLessThan(8)
    expect([air.wanted, tracks.every((one) => one.stopped)]).toEqual([false, true])
  })
})

describe('camera and microphone', () => {
  it('are explained when they cannot be had, and nobody is kept waiting', async () => {
    const { air, hear, opened, sent } = stage()
    await hear(WELCOME)
    opened.mockRejectedValueOnce(new camera.CameraError('denied', ''))
    await air.talkTo('s1')
    expect(air.fault).toEqual({ device: 'microphone', fault: 'denied' })
    expect([air.talk, air.state, types(sent)]).toEqual([null, 'off', []])
  })

  it('let the voice alone do, and say so', async () => {
    const { air, hear, answer } = stage(['audio'])
    await hear(WELCOME)
    await air.talkTo('s1')
    await answer()
    expect(air.fault).toEqual({ device: 'camera', fault: 'not_found' })
    expect([air.state, air.hasCamera]).toEqual(['on', false])
  })

  it('are switched off here at once, and told', async () => {
    const { air, hear, answer, sent, tracks } = stage()
    await hear(WELCOME)
    await air.talkTo('s1')
    await answer()
    air.turn('microphone', false)
    await flushPromises()
    expect(tracks.map((one) => [one.kind, one.enabled])).toEqual([
      ['audio', false],
      ['video', true],
    ])
    expect(sent.at(-1)).toEqual({ type: 'microphone', on: false })
  })

  it('stop everything when the microphone is pulled out', async () => {
    const { air, hear, answer, tracks } = stage()
    await hear(WELCOME)
    await air.talkTo('s1')
    await answer()
    tracks[0]!.dispatchEvent(new Event('ended'))
    expect([air.talk, air.fault?.device]).toEqual([null, 'microphone'])
  })
})
