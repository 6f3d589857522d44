/** The device self-test (设备自检): what is there is tried, one part after the other. */

import { CameraError, closeCamera, openCamera } from '@/core/camera'
import { connectionOver, gathered, gatheringCapMs } from '@/core/webrtc'
import type { DeviceChecks, Network } from '@/core/wire'

import {
  cameraCheck,
  levelDb,
  lightOf,
  median,
  microphoneCheck,
  networkCheck,
  stoodOut,
  type Light,
} from './findings'
import { pause, tone, type Sounds } from './sounds'

const FIRST_PICTURE_MS = 4000
const LISTEN_MS = 1500
const TONE_HZ = 1000
const TONE_S = 0.9
const ECHOES = 5
const SMALL = { width: 64, height: 48 }
/** What echo cancellation takes away is the very tone that is to be heard. */
const RAW: MediaTrackConstraints = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }

export type Part = keyof DeviceChecks
export interface Result {
  checks: DeviceChecks
  detail: Record<string, string>
}

export interface Tools {
  sounds: Sounds
  network: () => Network
  /** One round trip over the socket in milliseconds; null where no answer came. */
  echo: () => Promise<number | null>
  /** Tells what is being tried now, and how loud it is. */
  progress: (part: Part, level?: number) => void
  shown: (stream: MediaStream | null) => void
  /** Whether somebody there heard the tone; null where nobody answers. */
  heard: () => Promise<boolean | null>
}

export async function selfTest(tools: Tools): Promise<Result> {
  const checks: DeviceChecks = { camera: 'unknown', microphone: 'unknown', speaker: 'unknown', network: 'unknown' }
  const detail: Record<string, string> = {}
  const result = { checks, detail }
  await tryCamera(tools, result)
  await trySound(tools, result)
  await tryNetwork(tools, result)
  return result
}

async function tryCamera(tools: Tools, { checks, detail }: Result): Promise<void> {
  tools.progress('camera')
  try {
    const stream = await openCamera(false)
    tools.shown(stream)
    const light = await firstLight(stream)
    const { width, height } = stream.getVideoTracks()[0]?.getSettings() ?? {}
    checks.camera = cameraCheck(light)
    detail.camera = light ? `${width ?? 0}x${height ?? 0}` : 'no_picture'
    if (light && checks.camera === 'fault') detail.camera = 'dark'
    tools.shown(null)
    closeCamera(stream)
  } catch (error) {
    checks.camera = 'fault'
    detail.camera = error instanceof CameraError ? error.fault : 'other'
  }
}

async function firstLight(stream: MediaStream): Promise<Light | null> {
  const video = document.createElement('video')
  video.muted = true
  video.srcObject = stream
  void video.play().catch(() => undefined)
  for (let waited = 0; waited < FIRST_PICTURE_MS; waited += 100) {
    await pause(100)
    // The first pictures of many cameras are black while they find their exposure.
    if (video.videoWidth === 0 || waited < 800) continue
    const light = lightIn(video)
    if (cameraCheck(light) === 'ok' || waited >= FIRST_PICTURE_MS - 100) return light
  }
  return null
}

function lightIn(video: HTMLVideoElement): Light | null {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, SMALL)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return null
  context.drawImage(video, 0, 0, SMALL.width, SMALL.height)
  return lightOf(context.getImageData(0, 0, SMALL.width, SMALL.height).data)
}

async function trySound(tools: Tools, result: Result): Promise<void> {
  tools.progress('microphone', 0)
  const context = await tools.sounds.context()
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: RAW }).catch(() => null)
  if (!context || context.state !== 'running') {
    result.checks.microphone = stream ? 'unknown' : 'fault'
    result.detail.speaker = 'blocked'
    closeCamera(stream)
    return
  }
  const ear = context.createAnalyser()
  ear.fftSize = 4096
  const source = stream ? context.createMediaStreamSource(stream) : null
  source?.connect(ear)
  await tryMicrophone(tools, result, source ? ear : null)
  await trySpeaker(tools, result, context, source ? ear : null)
  source?.disconnect()
  closeCamera(stream)
}

async function tryMicrophone(tools: Tools, { checks, detail }: Result, ear: AnalyserNode | null): Promise<void> {
  let peak: number | null = null
  const samples = new Float32Array(ear?.fftSize ?? 0)
  for (let waited = 0; ear && waited < LISTEN_MS; waited += 100) {
    await pause(100)
    ear.getFloatTimeDomainData(samples)
    const level = levelDb(samples)
    peak = Math.max(peak ?? level, level)
    tools.progress('microphone', level)
  }
  checks.microphone = microphoneCheck(peak)
  detail.microphone = peak === null ? 'not_found' : `${Math.round(peak)} dB`
}

async function trySpeaker(
  tools: Tools,
  { checks, detail }: Result,
  context: AudioContext,
  ear: AnalyserNode | null,
): Promise<void> {
  tools.progress('speaker')
  tone(context, TONE_HZ, context.currentTime, TONE_S, 0.5)
  let picked = 0
  const bins = new Float32Array(ear?.frequencyBinCount ?? 0)
  const at = Math.round((TONE_HZ / context.sampleRate) * (ear?.fftSize ?? 0))
  for (let waited = 0; waited < TONE_S * 1000; waited += 100) {
    await pause(100)
    ear?.getFloatFrequencyData(bins)
    if (ear && stoodOut(bins, at)) picked += 1
  }
  if (picked >= 3) {
    checks.speaker = 'ok'
    detail.speaker = 'heard'
    return
  }
  const word = await tools.heard()
  checks.speaker = word === null ? 'unknown' : word ? 'ok' : 'fault'
  detail.speaker = word === null ? 'nobody_said' : word ? 'confirmed' : 'not_heard'
}

async function tryNetwork(tools: Tools, { checks, detail }: Result): Promise<void> {
  tools.progress('network')
  const times: number[] = []
  for (let n = 0; n < ECHOES; n++) {
    const ms = await tools.echo()
    if (ms !== null) times.push(ms)
  }
  const middle = median(times)
  const addresses = await countAddresses(tools.network())
  checks.network = networkCheck(middle, addresses)
  detail.network = middle === null ? 'no_answer' : `${Math.round(middle)} ms`
  if (addresses === 0) detail.network = 'no_address'
}

/** ICE addresses that a connection of now would have. */
async function countAddresses(network: Network): Promise<number> {
  const connection = connectionOver(network)
  try {
    connection.addTransceiver('audio', { direction: 'recvonly' })
    await connection.setLocalDescription(await connection.createOffer())
    await gathered(connection, gatheringCapMs(network))
    return (connection.localDescription?.sdp.match(/^a=candidate:/gm) ?? []).length
  } catch {
    return 0
  } finally {
    connection.close()
  }
}
