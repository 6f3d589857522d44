/**
 * The console's viewing connection: it only receives, some pictures and two sounds, and lives
 * as long as somebody looks or listens. What is in each slot is the business of `WallSlots`.
 */

import { connectionOver, offerOf, onConnected, preferredCodecs, watchPath, type Codec } from '@/core/webrtc'
import type { Network } from '@/core/wire'

export interface ViewerEvents {
  /** A complete offer is ready to be sent with purpose `view`. */
  offer(sdp: string): void
  /** The mids are known and the answer is in: slots can be routed. */
  ready(videoMids: string[], audioMids: string[]): void
  /** Media can flow. */
  connected(): void
  /** A stream has come up in a slot. */
  stream(mid: string, stream: MediaStream): void
  /** The connection failed; start again. */
  failed(): void
}

const SOUNDS = 2
/** Header extensions that a received picture is of use for; the rest makes offers long. */
const USEFUL_EXTENSIONS = /sdes:mid$|abs-send-time$|transport-wide-cc/

/** Packetization mode 1, which WebRTC peers use (RFC 6184), and no 4:4:4 picture, which none sends. */
const USUAL_H264 = /packetization-mode=1(?!.*profile-level-id=f4)/

/** What publishers send, and no more. */
export function viewable(codecs: readonly Codec[]): Codec[] {
  return preferredCodecs(codecs).filter(
    (codec) =>
      codec.mimeType.toLowerCase() !== 'video/h264' || USUAL_H264.test(codec.sdpFmtpLine ?? ''),
  )
}

/** Newer browsers let a page choose its header extensions (W3C webrtc-extensions). */
interface ChoosesExtensions {
  getHeaderExtensionsToNegotiate(): { uri: string; direction: string }[]
  setHeaderExtensionsToNegotiate(extensions: { uri: string; direction: string }[]): void
}

function dropExtensions(transceiver: RTCRtpTransceiver): void {
  if (!('setHeaderExtensionsToNegotiate' in transceiver)) return
  const chooser = transceiver as unknown as ChoosesExtensions
  const wanted = chooser.getHeaderExtensionsToNegotiate().map((one) => ({
    uri: one.uri,
    direction: USEFUL_EXTENSIONS.test(one.uri) ? one.direction : 'stopped',
  }))
  chooser.setHeaderExtensionsToNegotiate(wanted)
}

export class Viewer {
  private peer: RTCPeerConnection | null = null

  constructor(private readonly events: ViewerEvents) {}

  /**
   * Make a connection for this many pictures and hand out its offer. The two sounds are whom we
   * hear, and the officer who talks with them.
   */
  async start(pictures: number, network: Network): Promise<void> {
    this.close()
    const peer = connectionOver(network)
    this.peer = peer
    // Fifty sections with everything a browser knows would be a description of 250 KB.
    const codecs = viewable(RTCRtpReceiver.getCapabilities('video')?.codecs ?? [])
    for (let slot = 0; slot < pictures; slot++) {
      const transceiver = peer.addTransceiver('video', { direction: 'recvonly' })
      if (codecs.length > 0) transceiver.setCodecPreferences(codecs)
      dropExtensions(transceiver)
    }
    for (let ear = 0; ear < SOUNDS; ear++) peer.addTransceiver('audio', { direction: 'recvonly' })
    peer.ontrack = (event) => {
      const mid = event.transceiver.mid
      if (mid !== null) this.events.stream(mid, new MediaStream([event.track]))
    }
    onConnected(peer, () => {
      if (peer === this.peer) this.events.connected()
    })
    watchPath(peer, () => {
      if (peer === this.peer) this.events.failed()
    })
    const sdp = await offerOf(peer, network)
    if (peer === this.peer) this.events.offer(sdp)
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
    if (peer === this.peer) this.events.ready(mids('video'), mids('audio'))
  }

  close(): void {
    const peer = this.peer
    this.peer = null
    if (!peer) return
    peer.ontrack = null
    peer.close()
  }
}
