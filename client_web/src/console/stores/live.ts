/** The signaling socket of this console: who is live now, and what has changed. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { Signaling, type LinkStatus } from '@/core/signaling'
import type { ClientMessage, LiveSession, ServerMessage } from '@/core/wire'

import { setServerTime } from '../clock'
import { locale } from '../i18n'

export type Listener = (message: ServerMessage) => void

export const useLive = defineStore('live', () => {
  const status = ref<LinkStatus>('closed')
  const sessions = shallowRef<LiveSession[]>([])
  /** Counts the welcomes: whoever shows live data fetches it anew when this changes. */
  const connections = ref(0)
  const listeners = new Set<Listener>()

  const up = computed(() => status.value === 'open')

  function receive(message: ServerMessage): void {
    if (message.type === 'welcome') {
      setServerTime(message.server_time)
      connections.value += 1
    }
    if (message.type === 'live_changed') sessions.value = message.sessions
    for (const listener of listeners) listener(message)
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

  return { status, sessions, connections, up, listen, start, stop, send }
})
