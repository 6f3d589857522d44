import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { DIRECT } from '@/core/webrtc'

import { viewable, Viewer, type ViewerEvents } from './viewer'

const codec = (mimeType: string, sdpFmtpLine = '') => ({ mimeType, sdpFmtpLine, clockRate: 90_000 })

class FakePeer extends EventTarget {
  static made: FakePeer[] = []
  iceGatheringState = 'complete'
  signalingState = 'stable'
  connectionState = 'new'
  localDescription: { sdp: string } | null = null
  transceivers: { mid: string | null; receiver: { track: { kind: string } } }[] = []
  closed = false
  ontrack: ((event: unknown) => void) | null = null

  constructor(readonly config: RTCConfiguration) {
    super()
    FakePeer.made.push(this)
  }
  addTransceiver(kind: string) {
    const one = { mid: null, receiver: { track: { kind } }, setCodecPreferences: () => undefined }
    this.transceivers.push(one)
    return one
  }
  getTransceivers() {
    return this.transceivers
  }
  createOffer() {
    return Promise.resolve({ sdp: 'offer' })
  }
  setLocalDescription(description: { sdp: string }) {
    this.localDescription = description
    this.signalingState = 'have-local-offer'
    this.transceivers.forEach((one, at) => (one.mid = String(at)))
    return Promise.resolve()
  }
  setRemoteDescription() {
    this.signalingState = 'stable'
    return Promise.resolve()
  }
  close() {
    this.closed = true
  }
}

function events() {
  return {
    offer: vi.fn<ViewerEvents['offer']>(),
    ready: vi.fn<ViewerEvents['ready']>(),
    connected: vi.fn<ViewerEvents['connected']>(),
    stream: vi.fn<ViewerEvents['stream']>(),
    failed: vi.fn<ViewerEvents['failed']>(),
  }
}

beforeEach(() => {
  FakePeer.made = []
  vi.stubGlobal('RTCPeerConnection', FakePeer)
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs: [codec('video/VP8')] }) })
})
afterEach(() => vi.unstubAllGlobals())

describe('the viewing connection', () => {
  it('asks for pictures and two sounds, and contacts nobody for its addresses', async () => {
    const heard = events()
    await new Viewer(heard).start(14, DIRECT)
    const [peer] = FakePeer.made
    const kinds = peer!.transceivers.map((one) => one.receiver.track.kind)
    expect(kinds.filter((kind) => kind === 'video')).toHaveLength(14)
    expect(kinds.filter((kind) => kind === 'audio')).toHaveLength(2)
    expect(peer!.config.iceServers).toEqual([])
    expect(heard.offer).toHaveBeenCalledWith('offer')
  })

  it('names its slots once the answer is in', async () => {
    const heard = events()
    const viewer = new Viewer(heard)
    await viewer.start(2, DIRECT)
    await viewer.answer('answer')
    expect(heard.ready).toHaveBeenCalledWith(['0', '1'], ['2', '3'])
  })

  it('takes no answer that nobody asked for', async () => {
    const heard = events()
    await new Viewer(heard).answer('answer')
    expect(heard.ready).not.toHaveBeenCalled()
  })

  it('closes the old connection when it starts anew, and minds only the new one', async () => {
    const heard = events()
    const viewer = new Viewer(heard)
    await viewer.start(2, DIRECT)
    const old = FakePeer.made[0]!
    await viewer.start(2, DIRECT)
    expect(old.closed).toBe(true)
    old.connectionState = 'failed'
    old.dispatchEvent(new Event('connectionstatechange'))
    expect(heard.failed).not.toHaveBeenCalled()
  })
})

it('views VP8 and H.264 in mode 1, nothing else', () => {
  const all = [
    codec('video/AV1'),
    codec('video/H264', 'packetization-mode=0;profile-level-id=42001f'),
    codec('video/H264', 'packetization-mode=1;profile-level-id=42e01f'),
    codec('video/VP8'),
    codec('video/rtx', 'apt=96'),
  ]
  expect(viewable(all).map((one) => one.mimeType)).toEqual(['video/VP8', 'video/H264', 'video/rtx'])
})
