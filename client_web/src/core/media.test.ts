import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { cameraFault } from './camera'
import { gathered, preferredCodecs } from './webrtc'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('offers VP8, then H264, then repair, and no codec that the server cannot forward', () => {
  const names = ['video/VP9', 'video/rtx', 'video/H264', 'video/AV1', 'video/VP8', 'video/red']
  const codecs = names.map((mimeType) => ({ mimeType, clockRate: 90_000 }))
  const kept = preferredCodecs(codecs).map((codec) => codec.mimeType)
  expect(kept).toEqual(['video/VP8', 'video/H264', 'video/rtx'])
})

class FakeConnection extends EventTarget {
  iceGatheringState: RTCIceGatheringState = 'gathering'
}

it('makes its offer when all candidates are there', async () => {
  const connection = new FakeConnection()
  const done = vi.fn()
  void gathered(connection as unknown as RTCPeerConnection).then(done)
  connection.iceGatheringState = 'complete'
  connection.dispatchEvent(new Event('icegatheringstatechange'))
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toHaveBeenCalledOnce()
})

it('does not wait for a slow interface longer than the cap', async () => {
  const done = vi.fn()
  void gathered(new FakeConnection() as unknown as RTCPeerConnection).then(done)
  await vi.advanceTimersByTimeAsync(499)
  expect(done).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2)
  expect(done).toHaveBeenCalledOnce()
})

it.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'not_found'],
  ['NotReadableError', 'in_use'],
  ['TypeError', 'other'],
])('says %s as %s', (name, fault) => {
  expect(cameraFault(name)).toBe(fault)
})
