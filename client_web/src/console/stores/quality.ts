/** The newest report about each live session. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

import type { ServerMessage } from '@/core/wire'

import type { Report } from '../logic/quality'
import { useLive } from './live'

export const useQuality = defineStore('quality', () => {
  const reports = shallowRef<ReadonlyMap<string, Report>>(new Map())

  function receive(message: ServerMessage): void {
    if (message.type === 'quality') {
      const next = new Map(reports.value)
      for (const quality of message.sessions) next.set(quality.session_id, { quality, at: Date.now() })
      reports.value = next
    }
    if (message.type === 'live_changed') {
      const living = new Set(message.sessions.map((one) => one.session_id))
      reports.value = new Map([...reports.value].filter(([id]) => living.has(id)))
    }
  }

  useLive().listen(receive)

  return { reports }
})
