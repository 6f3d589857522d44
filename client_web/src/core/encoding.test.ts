import { describe, expect, it, vi } from 'vitest'

import { scaleDownBy, SenderEncoding } from './encoding'
import type { Encoding } from './wire'

const TILE: Encoding = {
  type: 'encoding',
  active: true,
  max_width: 320,
  max_height: 240,
  max_framerate: 10,
  max_bitrate_bps: 150_000,
}
const FULL: Encoding = { ...TILE, max_width: 640, max_height: 480, max_framerate: 15, max_bitrate_bps: 600_000 }

function fakeSender() {
  const sender = {
    track: { getSettings: () => ({ width: 640, height: 480 }) },
    encodings: [{}] as RTCRtpEncodingParameters[],
    getParameters: () => ({ encodings: structuredClone(sender.encodings) }),
    setParameters: vi.fn((parameters: RTCRtpSendParameters) => {
      sender.encodings = parameters.encodings
      return Promise.resolve()
    }),
  }
  return sender
}
const encodingOf = (sender: ReturnType<typeof fakeSender>) =>
  new SenderEncoding(sender as unknown as RTCRtpSender)

describe('how far a picture is scaled down', () => {
  it('goes by the long side, whichever way the phone is held', () => {
    expect(scaleDownBy({ width: 640, height: 480 }, TILE)).toBe(2)
    expect(scaleDownBy({ width: 480, height: 640 }, TILE)).toBe(2)
    expect(scaleDownBy({ width: 1280, height: 720 }, FULL)).toBe(2)
  })

  it('never enlarges, and leaves a camera of unknown size alone', () => {
    expect(scaleDownBy({ width: 160, height: 120 }, TILE)).toBe(1)
    expect(scaleDownBy({}, TILE)).toBe(1)
  })
})

describe("a sender's encoding", () => {
  it('is limited as the server asks, and leaves the capture alone', async () => {
    const sender = fakeSender()
    await encodingOf(sender).ask(TILE)
    expect(sender.encodings).toEqual([
      { active: true, maxBitrate: 150_000, maxFramerate: 10, scaleResolutionDownBy: 2 },
    ])
  })

  it('takes changes one after the other, so that the last one stays', async () => {
    const sender = fakeSender()
    const encoding = encodingOf(sender)
    void encoding.ask(FULL)
    await encoding.ask(TILE)
    expect(sender.encodings[0]).toMatchObject({ maxFramerate: 10 })
  })

  it('hears the next wish after one that the browser refused', async () => {
    const sender = fakeSender()
    const encoding = encodingOf(sender)
    sender.setParameters.mockRejectedValueOnce(new Error('InvalidModificationError'))
    await encoding.ask(FULL)
    await encoding.ask({ ...TILE, active: false })
    expect(sender.encodings[0]).toMatchObject({ active: false })
  })

  it('is limited before the server has said anything', async () => {
    const sender = fakeSender()
    await encodingOf(sender).apply()
    expect(sender.encodings[0]).toEqual({ maxBitrate: 600_000 })
  })
})
