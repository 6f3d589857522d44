/** Camera and peer connection of the page: at most one of each, reported to the machine as events. */

import type { ShallowRef } from 'vue'

import { CameraError, closeCamera, openCamera } from '@/core/camera'
import { publish, type Publisher } from '@/core/webrtc'
import type { ClientMessage } from '@/core/wire'

import type { Event } from '../flow/state'

export class MediaLink {
  private publisher: Publisher | null = null
  private opening: Promise<MediaStream | null> | null = null
  /** Counts publications, so that a slow older one cannot overtake the newest. */
  private generation = 0

  constructor(
    private readonly stream: ShallowRef<MediaStream | null>,
    private readonly dispatch: (event: Event) => void,
    private readonly send: (message: ClientMessage) => void,
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

  async publish(iceServers: string[]): Promise<void> {
    const stream = this.stream.value
    if (!stream) return
    const generation = ++this.generation
    this.publisher?.close()
    this.publisher = null
    const publisher = await publish(stream, iceServers, () => {
      if (generation === this.generation) this.dispatch({ type: 'media_failed' })
    })
    if (generation !== this.generation) return publisher.close()
    this.publisher = publisher
    this.send({ type: 'offer', purpose: 'publish', sdp: publisher.sdp })
  }

  async accept(sdp: string): Promise<void> {
    const generation = this.generation
    try {
      await this.publisher?.accept(sdp)
    } catch {
      if (generation === this.generation) this.dispatch({ type: 'media_failed' })
    }
  }

  close(): void {
    this.generation++
    this.publisher?.close()
    this.publisher = null
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
