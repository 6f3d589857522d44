/** The signaling socket of this console: who is live now, and what has changed. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { Signaling, type LinkStatus } from '@/core/signaling'
import { DIRECT } from '@/core/webrtc'
import type { ClientMessage, Failure, LiveSession, Network, ServerMessage } from '@/core/wire'

import { setServerTime } from '../clock'
import { locale } from '../i18n'
import { isPolite } from '../logic/polite'

const MAX_FAULTS = 3

export type Listener = (message: ServerMessage) => void

export const useLive = defineStore('live', () => {
  const status = ref<LinkStatus>('closed')
  const sessions = shallowRef<LiveSession[]>([])
  /** Counts the welcomes: whoever shows live data fetches it anew when this changes. */
  const connections = ref(0)
  /** Troubles that the server reports by itself, newest last; a repeated one is shown once. */
  const faults = shallowRef<Failure[]>([])
  /** How the next connection is made; credentials of relays are renewed now and then. */
  const network = shallowRef<Network>(DIRECT)
  const listeners = new Set<Listener>()

  const up = computed(() => status.value === 'open')

  function receive(message: ServerMessage): void {
    if (message.type === 'welcome') {
      setServerTime(message.server_time)
      network.value = message
      connections.value += 1
    }
    if (message.type === 'network') network.value = message
    if (message.type === 'live_changed') sessions.value = message.sessions
    if (message.type === 'error') note(message)
    for (const listener of listeners) listener(message)
  }

  function note(fault: Failure): void {
    // Somebody has left a moment before the wall heard of it; the next list of the live says so.
    if (fault.code === 'unknown_session' || isPolite(fault.code)) return
    const others = faults.value.filter((one) => one.message !== fault.message)
    faults.value = [...others, fault].slice(-MAX_FAULTS)
  }

  function dismiss(fault: Failure): void {
    faults.value = faults.value.filter((one) => one !== fault)
  }

  const signaling = new Signaling({
    role: 'console',
    locale: () => locale.value,
    onMessage: receive,
    onStatus: (next) => {
      status.value = next
    },
  })

  function listen(listener: Listener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  function start(): void {
    signaling.start()
  }

  function stop(): void {
    signaling.stop()
    sessions.value = []
  }

  function send(message: ClientMessage): boolean {
    return signaling.send(message)
  }

  return { status, sessions, network, connections, faults, up, listen, start, stop, send, dismiss }
})
