/** Opening camera and microphone, and saying in our words why it did not work. */

import type { CameraFault } from './wire'

const VIDEO: MediaTrackConstraints = {
  facingMode: 'user',
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 15, max: 30 },
}
const AUDIO: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true }

export class CameraError extends Error {
  constructor(
    readonly fault: CameraFault,
    detail: string,
  ) {
    super(detail)
  }
}

/** DOMException names of getUserMedia (W3C Media Capture and Streams, and older web views). */
export function cameraFault(name: string): CameraFault {
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'not_found'
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'in_use'
    default:
      return 'other'
  }
}

/** What the browser lacks for a video call, or null. */
export function missingSupport(): CameraFault | null {
  if (!window.isSecureContext) return 'insecure'
  const able = typeof navigator.mediaDevices?.getUserMedia === 'function'
  return able && typeof RTCPeerConnection === 'function' ? null : 'unsupported'
}

/** Camera with microphone where sound is wanted; without one the picture alone is enough. */
export async function openCamera(withSound = true): Promise<MediaStream> {
  const missing = missingSupport()
  if (missing) throw new CameraError(missing, missing)
  const ask = (audio: MediaTrackConstraints | false) =>
    navigator.mediaDevices.getUserMedia({ video: VIDEO, audio })
  try {
    return await (withSound ? ask(AUDIO).catch(() => ask(false)) : ask(false))
  } catch (error) {
    const { name, message } = error as DOMException
    throw new CameraError(cameraFault(name), `${name}: ${message}`.slice(0, 200))
  }
}

export interface Voice {
  stream: MediaStream
  /** Why there is no picture with the voice, if there is none. */
  withoutPicture: CameraFault | null
}

/** Microphone with camera; the voice alone is enough to speak, a picture alone is not. */
export async function openVoice(): Promise<Voice> {
  const missing = missingSupport()
  if (missing) throw new CameraError(missing, missing)
  const ask = (video: MediaTrackConstraints | false) =>
    navigator.mediaDevices.getUserMedia({ video, audio: AUDIO })
  try {
    return { stream: await ask(VIDEO), withoutPicture: null }
  } catch (whole) {
    try {
      return { stream: await ask(false), withoutPicture: cameraFault((whole as Error).name) }
    } catch (error) {
      const { name, message } = error as DOMException
      throw new CameraError(cameraFault(name), `${name}: ${message}`.slice(0, 200))
    }
  }
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
