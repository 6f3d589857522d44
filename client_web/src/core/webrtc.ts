/** Publishing camera and microphone: one complete offer (no trickle), one answer. */

/** Host candidates come within milliseconds; a slow interface must not hold the person up. */
const GATHERING_CAP_MS = 500
const DISCONNECTED_MS = 6000
const MAX_VIDEO_BITRATE = 600_000
/** What the server forwards and records without transcoding, in the order we like. */
const VIDEO_CODECS = ['video/vp8', 'video/h264']

export interface Publisher {
  /** The complete SDP offer. */
  sdp: string
  accept(answer: string): Promise<void>
  /** Swaps the tracks without a new negotiation, after a camera came back. */
  replace(stream: MediaStream): Promise<void>
  close(): void
}

type Codec = NonNullable<ReturnType<typeof RTCRtpReceiver.getCapabilities>>['codecs'][number]

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

async function limitBitrate(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters()
  const [encoding] = parameters.encodings ?? []
  if (!encoding) return
  encoding.maxBitrate = MAX_VIDEO_BITRATE
  await sender.setParameters(parameters)
}

function preferCodecs(transceiver: RTCRtpTransceiver): void {
  const offered = RTCRtpReceiver.getCapabilities?.('video')?.codecs
  const wanted = offered ? preferredCodecs(offered) : []
  if (wanted.length) transceiver.setCodecPreferences?.(wanted)
}

/** A path that stays disconnected is given up sooner than the browser would. */
function watch(connection: RTCPeerConnection, onFailed: () => void): void {
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

/** `onFailed` is told when the media path is lost for good. */
export async function publish(
  stream: MediaStream,
  iceServers: readonly string[],
  onFailed: () => void,
): Promise<Publisher> {
  const connection = new RTCPeerConnection({ iceServers: iceServers.map((urls) => ({ urls })) })
  const senders = new Map<string, RTCRtpSender>()
  for (const track of stream.getTracks()) {
    const transceiver = connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
    senders.set(track.kind, transceiver.sender)
    if (track.kind === 'video') preferCodecs(transceiver)
  }
  watch(connection, onFailed)
  await connection.setLocalDescription(await connection.createOffer())
  await gathered(connection)
  return {
    sdp: connection.localDescription?.sdp ?? '',
    async accept(answer) {
      await connection.setRemoteDescription({ type: 'answer', sdp: answer })
      const video = senders.get('video')
      if (video) await limitBitrate(video)
    },
    async replace(next) {
      for (const track of next.getTracks()) await senders.get(track.kind)?.replaceTrack(track)
    },
    close: () => connection.close(),
  }
}
