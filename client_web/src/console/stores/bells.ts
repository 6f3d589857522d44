/** The officer's notice center: what rang lately, and how much of it is new. */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'

import type { BellItem, ServerMessage } from '@/core/wire'

import { endpoints } from '../api/endpoints'
import { locale } from '../i18n'
import { useLive } from './live'

export const useBells = defineStore('bells', () => {
  const live = useLive()
  const items = shallowRef<BellItem[]>([])
  const unread = ref(0)
  const error = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    try {
      const board = await endpoints.bells()
      items.value = board.items
      unread.value = board.unread
      error.value = null
    } catch (caught) {
      error.value = caught
    }
  }

  /** Opened: all of it is read. */
  async function see(): Promise<void> {
    unread.value = 0
    await endpoints.seeBells().catch(() => undefined)
  }

  function receive(message: ServerMessage): void {
    if (message.type !== 'bell') return
    items.value = [message.item, ...items.value.filter((one) => one.id !== message.item.id)]
    unread.value = message.unread
  }

  live.listen(receive)
  watch([() => live.connections, locale], () => void load(), { immediate: true })

  return { items, unread, error, load, see }
})
