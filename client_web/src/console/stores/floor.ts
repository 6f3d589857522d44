/** The room as the server tells it: who hears whom, who is muted, who broadcasts. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

import type { Floor, FloorParticipant, OwnFloor, ServerMessage } from '@/core/wire'

import { useLive } from './live'

export const IDLE: OwnFloor = {
  spotlight: null,
  hearing: null,
  talking: null,
  broadcasting: false,
  publishing: false,
  camera_on: true,
  microphone_on: true,
  heard_by: [],
}

export const useFloor = defineStore('floor', () => {
  const live = useLive()
  const floor = shallowRef<Floor | null>(null)

  const you = computed(() => floor.value?.you ?? IDLE)
  const broadcasts = computed(() => floor.value?.broadcasts ?? [])
  const participants = computed<ReadonlyMap<string, FloorParticipant>>(
    () => new Map(floor.value?.participants.map((one) => [one.session_id, one])),
  )

  function receive(message: ServerMessage): void {
    if (message.type === 'floor') floor.value = message
    // A new socket: nothing of what this console did stands any more.
    if (message.type === 'welcome') floor.value = null
  }

  function mute(sessionId: string, on: boolean): void {
    live.send({ type: 'mute', session_id: sessionId, on })
  }

  live.listen(receive)
  return { you, broadcasts, participants, mute }
})
