/** Camera and peer connection of the page: at most one of each, reported to the machine as events. */

import { CameraError, closeCamera, openCamera } from './camera'
import { publish, type Publisher } from './publisher'
import type { CameraFault, ClientMessage, Encoding, Network } from './wire'

/** What one lets out of the device; off is black or silent, and the connection stays. */
export interface Own {
  camera: boolean
  microphone: boolean
}

export type MediaEvent =
  | { type: 'camera_opened' | 'camera_lost' | 'media_failed' }
  | { type: 'camera_failed'; fault: CameraFault; detail: string }

/** Where a stream is put for the page to show. */
export interface Holder<T> {
  value: T
}

/** As long as the protocol lets a camera's name be. */
const LABEL_CHARACTERS = 200

export class MediaLink {
  private publisher: Publisher | null = null
  private opening: Promise<MediaStream | null> | null = null
  /** Counts publications, so that a slow older one cannot overtake the newest. */
  private generation = 0
  private own: Own = { camera: true, microphone: true }
  /** The server's last wish; it may come before there is a connection. */
  private wanted: Encoding | null = null

  constructor(
    private readonly stream: Holder<MediaStream | null>,
    /** What the center sends back. */
    private readonly remote: Holder<MediaStream | null>,
    private readonly dispatch: (event: MediaEvent) => void,
    private readonly send: (message: ClientMessage) => void,
    /** Media can flow. */
    private readonly connected?: () => void,
  ) {}

  async open(): Promise<void> {
    if (await this.camera()) this.dispatch({ type: 'camera_opened' })
  }

  /** After a camera went away in the middle: the connection stays, its tracks are swapped. */
  async mend(): Promise<void> {
    const stream = await this.camera()
    if (!stream) return
    if (this.publisher) await this.publisher.replace(stream)
    else this.dispatch({ type: 'camera_opened' })
  }

  async publish(network: Network): Promise<void> {
    const stream = this.stream.value
    if (!stream) return
    const generation = ++this.generation
    this.publisher?.close()
    this.publisher = null
    this.remote.value = null
    const mine = () => generation === this.generation
    const publisher = await publish(stream, network, {
      failed: () => mine() && this.dispatch({ type: 'media_failed' }),
      connected: () => mine() && this.connected?.(),
      // Anew each time: a stream that has got another track is shown again.
      remote: (center) => mine() && (this.remote.value = new MediaStream(center.getTracks())),
    })
    if (generation !== this.generation) return publisher.close()
    this.publisher = publisher
    if (this.wanted) void publisher.encode(this.wanted)
    const camera = stream.getVideoTracks()[0]?.label.slice(0, LABEL_CHARACTERS) ?? ''
    this.send({ type: 'offer', purpose: 'publish', sdp: publisher.sdp, camera })
  }

  async accept(sdp: string): Promise<void> {
    const generation = this.generation
    try {
      await this.publisher?.accept(sdp)
    } catch {
      if (generation === this.generation) this.dispatch({ type: 'media_failed' })
    }
  }

  async encode(wanted: Encoding): Promise<void> {
    this.wanted = wanted
    await this.publisher?.encode(wanted)
  }

  /** Black and silent where the person wants it; nothing is negotiated. */
  letOut(own: Own): void {
    this.own = own
    for (const track of this.stream.value?.getTracks() ?? []) {
      track.enabled = track.kind === 'video' ? own.camera : own.microphone
    }
  }

  close(): void {
    this.generation++
    this.publisher?.close()
    this.publisher = null
    this.remote.value = null
    this.wanted = null
    this.own = { camera: true, microphone: true }
    closeCamera(this.stream.value)
    this.stream.value = null
  }

  private camera(): Promise<MediaStream | null> {
    const ready = this.stream.value?.getVideoTracks().some((track) => track.readyState === 'live')
    if (ready) return Promise.resolve(this.stream.value)
    this.opening ??= this.reopen().finally(() => (this.opening = null))
    return this.opening
  }

  private async reopen(): Promise<MediaStream | null> {
    const generation = this.generation
    closeCamera(this.stream.value)
    try {
      const stream = await openCamera()
      if (generation !== this.generation) {
        closeCamera(stream)
        return null
      }
      this.watch(stream)
      this.stream.value = stream
      this.letOut(this.own)
      return stream
    } catch (error) {
      this.stream.value = null
      const fault = error instanceof CameraError ? error.fault : 'other'
      this.dispatch({ type: 'camera_failed', fault, detail: String(error).slice(0, 200) })
      return null
    }
  }

  private watch(stream: MediaStream): void {
    stream.getVideoTracks()[0]?.addEventListener('ended', () => {
      if (stream === this.stream.value) this.dispatch({ type: 'camera_lost' })
    })
  }
}
