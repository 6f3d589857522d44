/** The signaling socket of this console: who is live now, and what has changed. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { Signaling, type LinkStatus } from '@/core/signaling'
import type { ClientMessage, Failure, LiveSession, ServerMessage } from '@/core/wire'

import { setServerTime } from '../clock'
import { locale } from '../i18n'

const MAX_FAULTS = 3

export type Listener = (message: ServerMessage) => void

export const useLive = defineStore('live', () => {
  const status = ref<LinkStatus>('closed')
  const sessions = shallowRef<LiveSession[]>([])
  /** Counts the welcomes: whoever shows live data fetches it anew when this changes. */
  const connections = ref(0)
  /** Troubles that the server reports by itself, newest last; a repeated one is shown once. */
  const faults = shallowRef<Failure[]>([])
  const listeners = new Set<Listener>()

  const up = computed(() => status.value === 'open')

  function receive(message: ServerMessage): void {
    if (message.type === 'welcome') {
      setServerTime(message.server_time)
      connections.value += 1
    }
    if (message.type === 'live_changed') sessions.value = message.sessions
    if (message.type === 'error') note(message)
    for (const listener of listeners) listener(message)
  }

  function note(fault: Failure): void {
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

  return { status, sessions, connections, faults, up, listen, start, stop, send, dismiss }
})
