/**
 * The console's one RTCPeerConnection: it only receives, 12 pictures and 1 sound, and lives as long
 * as somebody looks at a wall. What is in each slot is the business of `WallSlots`.
 */

import { gathered, preferredCodecs } from '@/core/webrtc'

export const VIDEO_SLOTS = 12

export interface ViewerEvents {
  /** A complete offer is ready to be sent with purpose `view`. */
  offer(sdp: string): void
  /** The mids are known and the answer is in: slots can be routed. */
  ready(videoMids: string[], audioMid: string): void
  /** A stream has come up in a slot. */
  stream(mid: string, stream: MediaStream): void
  /** The connection failed; start again. */
  failed(): void
}

type Codec = Parameters<typeof preferredCodecs>[0][number]

/** What publishers send; of H.264 only the packetization that WebRTC peers use (RFC 6184, mode 1). */
export function viewable(codecs: readonly Codec[]): Codec[] {
  return preferredCodecs(codecs).filter(
    (codec) =>
      codec.mimeType.toLowerCase() !== 'video/h264' ||
      codec.sdpFmtpLine?.includes('packetization-mode=1') === true,
  )
}

export class Viewer {
  private peer: RTCPeerConnection | null = null

  constructor(private readonly events: ViewerEvents) {}

  /** Make a connection and hand out its offer. */
  async start(): Promise<void> {
    this.close()
    const peer = new RTCPeerConnection({ iceServers: [] })
    this.peer = peer
    // Twelve sections with every codec of the browser would be a description of 60 KB and more.
    const codecs = viewable(RTCRtpReceiver.getCapabilities('video')?.codecs ?? [])
    for (let slot = 0; slot < VIDEO_SLOTS; slot++) {
      const transceiver = peer.addTransceiver('video', { direction: 'recvonly' })
      if (codecs.length > 0) transceiver.setCodecPreferences(codecs)
    }
    peer.addTransceiver('audio', { direction: 'recvonly' })
    peer.ontrack = (event) => {
      const mid = event.transceiver.mid
      if (mid !== null) this.events.stream(mid, new MediaStream([event.track]))
    }
    peer.onconnectionstatechange = () => {
      if (peer === this.peer && peer.connectionState === 'failed') this.events.failed()
    }
    await peer.setLocalDescription(await peer.createOffer())
    await gathered(peer)
    if (peer === this.peer && peer.localDescription) this.events.offer(peer.localDescription.sdp)
  }

  /** Take the server's answer to the last offer. */
  async answer(sdp: string): Promise<void> {
    const peer = this.peer
    if (peer?.signalingState !== 'have-local-offer') return
    await peer.setRemoteDescription({ type: 'answer', sdp })
    const mids = (kind: string) =>
      peer
        .getTransceivers()
        .filter((one) => one.receiver.track.kind === kind && one.mid !== null)
        .map((one) => one.mid as string)
    const audioMid = mids('audio')[0]
    if (peer === this.peer && audioMid !== undefined) this.events.ready(mids('video'), audioMid)
  }

  close(): void {
    const peer = this.peer
    this.peer = null
    if (!peer) return
    peer.ontrack = null
    peer.onconnectionstatechange = null
    peer.close()
  }
}
