/** What every peer connection of ours has in common: how it is made, gathered, and watched. */

import type { Network } from './wire'

/** Host candidates come within milliseconds; a slow interface must not hold the person up. */
const GATHERING_CAP_MS = 500
/** A relay's allocation has to be waited for: longer where nothing else will do. */
const RELAY_CAP_MS = 2500
const RELAY_ONLY_CAP_MS = 5000
const DISCONNECTED_MS = 6000
/** What the server forwards and records without transcoding, in the order we like. */
const VIDEO_CODECS = ['video/vp8', 'video/h264']

export const DIRECT: Network = { ice_servers: [], ice_transport_policy: 'all' }

export type Codec = NonNullable<ReturnType<typeof RTCRtpReceiver.getCapabilities>>['codecs'][number]

/** A connection that knows these relays and no others: without the list, none is ever asked. */
export function connectionOver(network: Network): RTCPeerConnection {
  return new RTCPeerConnection({
    // A null would be taken for the word "null".
    iceServers: network.ice_servers.map(({ urls, username, credential }) => ({
      urls,
      ...(username ? { username } : {}),
      ...(credential ? { credential } : {}),
    })),
    iceTransportPolicy: network.ice_transport_policy,
  })
}

/** VP8 then H264 then what repairs them; the rest is left out. */
export function preferredCodecs(codecs: readonly Codec[]): Codec[] {
  const rank = (codec: Codec) => {
    const kind = codec.mimeType.toLowerCase()
    return kind === 'video/rtx' ? VIDEO_CODECS.length : VIDEO_CODECS.indexOf(kind)
  }
  return codecs.filter((codec) => rank(codec) >= 0).sort((a, b) => rank(a) - rank(b))
}

/** Resolves when all candidates stand in the local description, or after the cap. */
export function gathered(connection: RTCPeerConnection, capMs = GATHERING_CAP_MS): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      connection.removeEventListener('icegatheringstatechange', check)
      resolve()
    }
    const check = () => {
      if (connection.iceGatheringState === 'complete') finish()
    }
    const timer = setTimeout(finish, capMs)
    connection.addEventListener('icegatheringstatechange', check)
    check()
  })
}

export function gatheringCapMs(network: Network): number {
  if (network.ice_transport_policy === 'relay') return RELAY_ONLY_CAP_MS
  return network.ice_servers.length > 0 ? RELAY_CAP_MS : GATHERING_CAP_MS
}

/** The complete offer of a connection: no candidate comes after it. */
export async function offerOf(connection: RTCPeerConnection, network: Network): Promise<string> {
  await connection.setLocalDescription(await connection.createOffer())
  await gathered(connection, gatheringCapMs(network))
  return connection.localDescription?.sdp ?? ''
}

/** Tells that packets can go, which an answer alone does not promise. */
export function onConnected(connection: RTCPeerConnection, run: () => void): void {
  connection.addEventListener('connectionstatechange', () => {
    if (connection.connectionState === 'connected') run()
  })
}

/** A path that stays disconnected is given up sooner than the browser would. */
export function watchPath(connection: RTCPeerConnection, onFailed: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  connection.addEventListener('connectionstatechange', () => {
    clearTimeout(timer)
    if (connection.connectionState === 'failed') onFailed()
    if (connection.connectionState !== 'disconnected') return
    timer = setTimeout(() => {
      if (connection.connectionState === 'disconnected') onFailed()
    }, DISCONNECTED_MS)
  })
}
