/** The states of a camera that stands on the wall, and how they are told apart at a glance. */
import type { Tone } from './states'

const TONES: Readonly<Record<string, Tone>> = {
  connecting: 'idle',
  live: 'ok',
  stalled: 'check',
  unreachable: 'fault',
  refused: 'fault',
  codec_unsupported: 'fault',
}

export const cameraTone = (state: string): Tone => TONES[state] ?? 'idle'

/** What the server will take for an address; it looks more closely. */
export const isCameraAddress = (url: string): boolean => /^rtsps?:\/\/\S+$/i.test(url.trim())
