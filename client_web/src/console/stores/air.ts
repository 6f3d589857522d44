/**
 * The officer's own picture and voice: with one person (talk), or to all (broadcast).
 *
 * What the officer wants stays until it is ended or refused; connections come and go beneath it.
 * Camera and microphone are on only while somebody is to see and hear them.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'

import { backoffMs } from '@/core/backoff'
import { CameraError, closeCamera, openVoice } from '@/core/camera'
import { publish, type Publisher } from '@/core/publisher'
import type { CameraFault, Encoding, OwnFloor, Reach, ServerMessage } from '@/core/wire'

import { useLive } from './live'

export type AirState = 'off' | 'opening' | 'connecting' | 'on'

/** What does not work, and why. */
export interface DeviceFault {
  device: 'microphone' | 'camera' | 'network'
  fault: CameraFault | 'blocked'
}

/** So often in a row without a path to the server: there is none. */
const MOST_TRIES = 5

export const useAir = defineStore('air', () => {
  const live = useLive()
  const talk = ref<string | null>(null)
  const broadcast = shallowRef<Reach | null>(null)
  const state = ref<AirState>('off')
  /** What the others see of us. */
  const stream = shallowRef<MediaStream | null>(null)
  const fault = shallowRef<DeviceFault | null>(null)
  const own = ref({ camera: true, microphone: true })
  let publisher: Publisher | null = null
  let encoding: Encoding | null = null
  /** Counts connections, so that a slow older one cannot overtake the newest. */
  let generation = 0
  let tries = 0
  /** Whether media came through on the present connection. */
  let reached = false
  /** What the server has been told and has confirmed since the last welcome. */
  let told = false
  let confirmed = false
  let retry: ReturnType<typeof setTimeout> | undefined

  const wanted = computed(() => talk.value !== null || broadcast.value !== null)
  const hasCamera = computed(() => (stream.value?.getVideoTracks().length ?? 0) > 0)

  async function open(): Promise<boolean> {
    if (stream.value) return true
    state.value = 'opening'
    try {
      const voice = await openVoice()
      if (!wanted.value) {
        closeCamera(voice.stream)
        return false
      }
      stream.value = voice.stream
      const { withoutPicture } = voice
      fault.value = withoutPicture ? { device: 'camera', fault: withoutPicture } : null
      watchEnd(voice.stream)
      return true
    } catch (error) {
      fault.value = { device: 'microphone', fault: (error as CameraError).fault ?? 'other' }
      abandon()
      return false
    }
  }

  /** A microphone that is pulled out in the middle ends it, and says so. */
  function watchEnd(opened: MediaStream): void {
    for (const track of opened.getTracks()) {
      track.addEventListener('ended', () => {
        if (opened !== stream.value) return
        const device = track.kind === 'audio' ? 'microphone' : 'camera'
        fault.value = { device, fault: 'not_found' }
        if (device === 'microphone') stop()
      })
    }
  }

  async function connect(): Promise<void> {
    clearTimeout(retry)
    const mine = ++generation
    reached = false
    publisher?.close()
    publisher = null
    if (!stream.value || !live.up) return
    if (state.value !== 'on') state.value = 'connecting'
    const made = await publish(stream.value, live.network, {
      failed: () => mine === generation && again(),
      connected: () => {
        if (mine !== generation) return
        reached = true
        tries = 0
      },
    })
    if (mine !== generation) return made.close()
    publisher = made
    live.send({ type: 'offer', purpose: 'publish', sdp: made.sdp })
  }

  function again(): void {
    clearTimeout(retry)
    if (tries >= MOST_TRIES) {
      fault.value = { device: 'network', fault: 'blocked' }
      return stop()
    }
    retry = setTimeout(() => void connect(), backoffMs(tries++, Math.random()))
  }

  async function accept(sdp: string): Promise<void> {
    const mine = generation
    try {
      await publisher?.accept(sdp)
    } catch {
      return again()
    }
    if (mine !== generation || !publisher) return
    state.value = 'on'
    if (encoding) void publisher.encode(encoding)
    if (!told) tell()
  }

  /** Says what we want; needs a publishing connection. */
  function tell(): void {
    told = true
    confirmed = false
    // Always: the server may remember what was switched off the last time.
    for (const type of ['camera', 'microphone'] as const) live.send({ type, on: own.value[type] })
    if (broadcast.value) live.send({ type: 'broadcast', on: true, ...broadcast.value })
    if (talk.value !== null) live.send({ type: 'talk', session_id: talk.value })
  }

  async function begin(): Promise<void> {
    fault.value = null
    if (state.value === 'on') return tell()
    told = false
    if (state.value === 'off' && (await open())) await connect()
  }

  /** Two-way with this one; whoever was spoken with before is let go. */
  function talkTo(sessionId: string): Promise<void> {
    talk.value = sessionId
    return begin()
  }

  /** To all at once; ends a talk of our own. */
  function speakToAll(reach: Reach): Promise<void> {
    talk.value = null
    broadcast.value = reach
    return begin()
  }

  /** The end of it, by us. */
  function stop(): void {
    if (talk.value !== null) live.send({ type: 'talk', session_id: null })
    if (broadcast.value) live.send({ type: 'broadcast', on: false })
    abandon()
  }

  /** Lets go of wishes, devices and connection. */
  function abandon(): void {
    clearTimeout(retry)
    generation++
    if (publisher) live.send({ type: 'hang_up', purpose: 'publish' })
    publisher?.close()
    publisher = null
    closeCamera(stream.value)
    stream.value = encoding = talk.value = broadcast.value = null
    own.value = { camera: true, microphone: true }
    told = confirmed = false
    tries = 0
    state.value = 'off'
  }

  function turn(kind: 'camera' | 'microphone', on: boolean): void {
    own.value = { ...own.value, [kind]: on }
    live.send({ type: kind, on })
  }

  /** The server's word: what we want holds, or it is over. */
  function compare(you: OwnFloor): void {
    if (!told) return
    const holds = broadcast.value ? you.broadcasting : you.talking === talk.value
    if (holds) confirmed = true
    else if (confirmed) abandon()
  }

  function receive(message: ServerMessage): void {
    if (!wanted.value) return
    switch (message.type) {
      case 'answer':
        return void (message.purpose === 'publish' && accept(message.sdp))
      case 'encoding':
        encoding = message
        return void publisher?.encode(message)
      case 'reconnect':
        if (message.purpose !== 'publish') return
        return reached ? void connect() : again()
      case 'floor':
        return compare(message.you)
      case 'error':
        // Refused, and said why: taken by somebody else, or not allowed.
        return told && !confirmed ? abandon() : undefined
    }
  }

  live.listen(receive)
  // A new socket knows nothing of us: everything is said again.
  watch(
    () => live.connections,
    () => {
      told = confirmed = false
      if (wanted.value && stream.value) void connect()
    },
  )
  watch([own, stream], () => {
    for (const track of stream.value?.getTracks() ?? []) {
      track.enabled = track.kind === 'video' ? own.value.camera : own.value.microphone
    }
  })

  return {
    state,
    talk,
    broadcast,
    stream,
    fault,
    own,
    wanted,
    hasCamera,
    talkTo,
    speakToAll,
    stop,
    turn,
  }
})
