import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { publish } from './publisher'
import { DIRECT, gatheringCapMs } from './webrtc'

class FakeConnection extends EventTarget {
  static last: FakeConnection
  iceGatheringState = 'complete'
  localDescription = { sdp: 'offer' }
  ontrack: ((event: { track: unknown }) => void) | null = null
  sections: { kind: string; direction: string; sendEncodings?: unknown }[] = []

  constructor(readonly settings: RTCConfiguration) {
    super()
    FakeConnection.last = this
  }
  addTransceiver(what: string | { kind: string }, init: { direction: string; sendEncodings?: unknown }) {
    const kind = typeof what === 'string' ? what : what.kind
    this.sections.push({ kind, ...init })
    const sender = { track: null, getParameters: () => ({}), replaceTrack: vi.fn() }
    return { sender, setCodecPreferences: () => undefined }
  }
  createOffer = () => Promise.resolve({})
  setLocalDescription = () => Promise.resolve()
  setRemoteDescription = () => Promise.resolve()
  close = vi.fn()
}

const stream = (...kinds: string[]) => {
  const tracks = kinds.map((kind) => ({ kind }))
  const of = (kind: string) => tracks.filter((one) => one.kind === kind)
  return { getAudioTracks: () => of('audio'), getVideoTracks: () => of('video') } as unknown as MediaStream
}
const directions = () => FakeConnection.last.sections.map((one) => `${one.kind} ${one.direction}`)

beforeEach(() => {
  vi.stubGlobal('RTCPeerConnection', FakeConnection)
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => null })
  vi.stubGlobal('MediaStream', class {
    tracks: unknown[] = []
    addTrack(track: unknown) {
      this.tracks.push(track)
    }
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('what is offered', () => {
  it('goes both ways from the start for whoever hears the center', async () => {
    const remote = vi.fn()
    await publish(stream('audio', 'video'), DIRECT, { failed: vi.fn(), remote })
    expect(directions()).toEqual(['audio sendrecv', 'video sendrecv'])
    FakeConnection.last.ontrack?.({ track: 'voice' })
    expect(remote).toHaveBeenCalledOnce()
  })

  it('lets a phone without a microphone hear all the same', async () => {
    await publish(stream('video'), DIRECT, { failed: vi.fn(), remote: vi.fn() })
    expect(directions()).toEqual(['audio recvonly', 'video sendrecv'])
  })

  it('only goes out from a console, and only what it has', async () => {
    await publish(stream('audio'), DIRECT, { failed: vi.fn() })
    expect(directions()).toEqual(['audio sendonly'])
  })
})

describe('the network', () => {
  it('asks nobody for an address unless it is told to', async () => {
    await publish(stream('video'), DIRECT, { failed: vi.fn() })
    expect(FakeConnection.last.settings).toEqual({ iceServers: [], iceTransportPolicy: 'all' })
  })

  it('hands relays over with their credentials, and no null for a name', async () => {
    const turn = { urls: ['turn:h'], username: 'u', credential: 'c' }
    const stun = { urls: ['stun:h'], username: null, credential: null } as unknown as RTCIceServer
    const network = { ice_servers: [turn, stun], ice_transport_policy: 'relay' } as const
    await publish(stream('video'), { ...network, ice_servers: [...network.ice_servers] }, { failed: vi.fn() })
    expect(FakeConnection.last.settings).toEqual({
      iceServers: [turn, { urls: ['stun:h'] }],
      iceTransportPolicy: 'relay',
    })
  })

  it('waits for a relay where there is one, longest where nothing else will do', () => {
    const relays = [{ urls: ['turn:h'] }]
    const direct = gatheringCapMs(DIRECT)
    const either = gatheringCapMs({ ice_servers: relays, ice_transport_policy: 'all' })
    const only = gatheringCapMs({ ice_servers: relays, ice_transport_policy: 'relay' })
    expect([direct < either, either < only]).toEqual([true, true])
  })
})
