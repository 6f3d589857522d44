/** The wall: one viewing connection for as long as it is on the screen. */
import { computed, onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'

import type { LiveSession } from '@/core/wire'

import { useMessages } from '../live'
import { useLive } from '../stores/live'
import { pageOf, WallSlots, type RouteChange } from './slots'
import { VIDEO_SLOTS, Viewer } from './viewer'

const AGAIN_MS = 2000

export function useWall(sessions: Ref<readonly LiveSession[]>) {
  const live = useLive()
  const slots = new WallSlots()
  const streams = shallowRef(new Map<string, MediaStream>())
  const page = ref(0)
  const enlargedId = ref<string | null>(null)
  const audioMid = ref<string | null>(null)
  /** Renewed whenever a slot changes hands, so that tiles look again which slot is theirs. */
  const routed = ref(0)
  let running = false
  let retry: ReturnType<typeof setTimeout> | undefined

  const pages = computed(() => Math.max(1, Math.ceil(sessions.value.length / VIDEO_SLOTS)))
  const shown = computed(() => pageOf(sessions.value, page.value, VIDEO_SLOTS))
  const enlarged = computed(
    () => sessions.value.find((one) => one.session_id === enlargedId.value) ?? null,
  )

  const viewer = new Viewer({
    offer: (sdp) => {
      if (!live.send({ type: 'offer', purpose: 'view', sdp })) again()
    },
    ready: (videoMids, audio) => {
      slots.connect(videoMids, audio)
      audioMid.value = audio
      route()
    },
    stream: (mid, stream) => {
      streams.value = new Map(streams.value).set(mid, stream)
    },
    failed: again,
  })

  function tell(changes: readonly RouteChange[]): void {
    for (const change of changes) live.send({ type: 'route', ...change })
    if (changes.length > 0) routed.value += 1
  }

  function route(): void {
    if (slots.capacity === 0) return
    const wanted = shown.value.map((one) => one.session_id)
    tell(slots.assign(wanted, enlarged.value?.session_id ?? null))
  }

  async function connect(): Promise<void> {
    running = true
    clearTimeout(retry)
    forget()
    await viewer.start().catch(again)
  }

  function forget(): void {
    slots.disconnect()
    streams.value = new Map()
    audioMid.value = null
  }

  function again(): void {
    forget()
    clearTimeout(retry)
    retry = setTimeout(() => {
      if (running && live.up) void connect()
    }, AGAIN_MS)
  }

  function streamOf(sessionId: string): MediaStream | null {
    void routed.value
    const mid = slots.midOf(sessionId)
    return mid === null ? null : (streams.value.get(mid) ?? null)
  }

  const sound = computed(() => (audioMid.value ? (streams.value.get(audioMid.value) ?? null) : null))

  useMessages((message) => {
    if (message.type === 'answer' && message.purpose === 'view') {
      void viewer.answer(message.sdp).catch(again)
    }
  })
  // Connected before anybody is live, so that the first picture need not wait for it.
  watch(
    () => live.connections,
    (count) => {
      if (count > 0) void connect()
    },
    { immediate: true },
  )
  watch([shown, enlarged], route)
  watch(sessions, () => {
    page.value = Math.min(page.value, pages.value - 1)
    if (enlargedId.value !== null && enlarged.value === null) enlargedId.value = null
  })
  onBeforeUnmount(() => {
    running = false
    clearTimeout(retry)
    tell(slots.assign([], null))
    viewer.close()
  })

  return { page, pages, shown, enlargedId, enlarged, streamOf, sound }
}
