/**
 * What a publisher sends, as the server asks for it: the sender's encoding is limited, never the
 * capture, so that a change takes effect at once and asks the camera for nothing.
 */

import type { Encoding } from './wire'

/** Before the server has asked for anything: enough to be looked at and recorded. */
const FIRST: RTCRtpEncodingParameters = { maxBitrate: 600_000 }

export const FIRST_ENCODINGS: RTCRtpEncodingParameters[] = [{ ...FIRST }]

interface Size {
  width?: number
  height?: number
}

/**
 * By how much a picture of this size is scaled down. Long side to long side, so that a phone held
 * upright is treated like one held across; never enlarged, which browsers refuse.
 */
export function scaleDownBy(captured: Size, wanted: Encoding): number {
  const have = Math.max(captured.width ?? 0, captured.height ?? 0)
  const most = Math.max(wanted.max_width, wanted.max_height)
  return have > 0 && most > 0 ? Math.max(1, have / most) : 1
}

/** One sender's encoding. Changes are applied one after the other, the last one wins. */
export class SenderEncoding {
  private wanted: Encoding | null = null
  private last: Promise<void> = Promise.resolve()

  constructor(private readonly sender: RTCRtpSender) {}

  ask(wanted: Encoding): Promise<void> {
    this.wanted = wanted
    return this.apply()
  }

  /** Also once the answer is in: before it, some browsers know no encodings. */
  apply(): Promise<void> {
    // A browser that refuses one wish goes on as before, and hears the next one.
    this.last = this.last.then(() => this.set()).catch(() => undefined)
    return this.last
  }

  private parameters(): RTCRtpEncodingParameters {
    if (!this.wanted) return FIRST
    const captured = this.sender.track?.getSettings() ?? {}
    return {
      active: this.wanted.active,
      maxBitrate: this.wanted.max_bitrate_bps,
      maxFramerate: this.wanted.max_framerate,
      scaleResolutionDownBy: scaleDownBy(captured, this.wanted),
    }
  }

  private async set(): Promise<void> {
    const parameters = this.sender.getParameters()
    const [encoding] = parameters.encodings ?? []
    if (!encoding) return
    Object.assign(encoding, this.parameters())
    await this.sender.setParameters(parameters)
  }
}
