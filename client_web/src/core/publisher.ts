/** Camera and microphone to the server, and what the center sends back, on one connection. */

import { FIRST_ENCODINGS, SenderEncoding } from './encoding'
import { connectionOver, offerOf, onConnected, preferredCodecs, watchPath } from './webrtc'
import type { Encoding, Network } from './wire'

export interface PublisherEvents {
  /** The media path is lost for good: publish again. */
  failed(): void
  /** Media can flow. */
  connected?(): void
  /** What the center sends; silent and dark until it speaks. One stream for all of it. */
  remote?(stream: MediaStream): void
}

export interface Publisher {
  /** The SDP offer with all its candidates. */
  sdp: string
  accept(answer: string): Promise<void>
  /** What the server wants to be sent. */
  encode(wanted: Encoding): Promise<void>
  /** Swaps the tracks without a new negotiation, after a camera came back. */
  replace(stream: MediaStream): Promise<void>
  close(): void
}

type Kind = 'audio' | 'video'

function preferCodecs(transceiver: RTCRtpTransceiver): void {
  const offered = RTCRtpReceiver.getCapabilities?.('video')?.codecs
  const wanted = offered ? preferredCodecs(offered) : []
  if (wanted.length) transceiver.setCodecPreferences?.(wanted)
}

/**
 * One section. Who hears the center has it both ways from the start, so that the center can speak
 * without a new negotiation; without a microphone one still hears.
 */
function addSection(
  connection: RTCPeerConnection,
  kind: Kind,
  stream: MediaStream,
  hears: boolean,
): RTCRtpTransceiver | null {
  const [track] = kind === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks()
  if (!track) return hears ? connection.addTransceiver(kind, { direction: 'recvonly' }) : null
  return connection.addTransceiver(track, {
    direction: hears ? 'sendrecv' : 'sendonly',
    streams: [stream],
    ...(kind === 'video' ? { sendEncodings: FIRST_ENCODINGS } : {}),
  })
}

export async function publish(
  stream: MediaStream,
  network: Network,
  events: PublisherEvents,
): Promise<Publisher> {
  const connection = connectionOver(network)
  const hears = events.remote !== undefined
  const audio = addSection(connection, 'audio', stream, hears)
  const video = addSection(connection, 'video', stream, hears)
  if (video) preferCodecs(video)
  const encoding = video && new SenderEncoding(video.sender)
  const remote = new MediaStream()
  connection.ontrack = ({ track }) => {
    remote.addTrack(track)
    events.remote?.(remote)
  }
  watchPath(connection, events.failed)
  onConnected(connection, () => events.connected?.())
  return {
    sdp: await offerOf(connection, network),
    async accept(answer) {
      await connection.setRemoteDescription({ type: 'answer', sdp: answer })
      await encoding?.apply()
    },
    async encode(wanted) {
      await encoding?.ask(wanted)
    },
    async replace(next) {
      const [sound, picture] = [next.getAudioTracks()[0], next.getVideoTracks()[0]]
      if (sound) await audio?.sender.replaceTrack(sound)
      if (picture) await video?.sender.replaceTrack(picture)
      await encoding?.apply()
    },
    close: () => connection.close(),
  }
}
