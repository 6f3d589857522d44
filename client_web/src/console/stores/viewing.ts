/**
 * What this console sees and hears: one viewing connection, whoever on the page asks for it.
 *
 * It outlives a change of page while somebody is spoken with, so that nothing is negotiated anew.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'

import { backoffMs } from '@/core/backoff'
import type { LiveSession, ServerMessage } from '@/core/wire'

import { WallSlots, type RouteChange } from '../wall/slots'
import { Viewer } from '../wall/viewer'
import { useLive } from './live'

/** Slots that a connection begins with; a larger wall asks for more. */
const FEWEST_SLOTS = 12
/**
 * Beside those of the wall: one for somebody large who is on another page of it, and one for the
 * officer who talks with them.
 */
const EXTRA_SLOTS = 2
/** A page that is left for the next one gives the connection up only if nobody takes it on. */
const LINGER_MS = 1500
/** Somebody large who was gone for less than this is large again: their connection broke. */
const RETURN_MS = 60_000
/** So often in a row without a picture: it is not an outage, and the page says what it may be. */
const MOST_TRIES = 5
const SLOW_RETRY_MS = 60_000

export type ViewState = 'off' | 'connecting' | 'up' | 'retrying' | 'blocked'

export const useViewing = defineStore('viewing', () => {
  const live = useLive()
  const slots = new WallSlots()
  const state = ref<ViewState>('off')
  /** Session ids whose pictures are wanted, the most wanted first. */
  const shown = shallowRef<readonly string[]>([])
  /** Whose picture is large. */
  const spot = ref<string | null>(null)
  /** Whose officer's picture is wanted beside them: somebody else talks with them. */
  const beside = ref<string | null>(null)
  const streams = shallowRef<ReadonlyMap<string, MediaStream>>(new Map())
  /** The voice of whom we hear, and of the officer who talks with them. */
  const audioMids = shallowRef<readonly string[]>([])
  /** Renewed whenever a slot changes hands, so that pictures look again which slot is theirs. */
  const routed = ref(0)
  const walls = ref(0)
  let size = FEWEST_SLOTS
  let holders = 0
  let tries = 0
  /** Whether media came through on the present connection. */
  let reached = false
  let besideMid: string | null = null
  let gone: { id: string; at: number } | null = null
  let told: { spot: string | null; beside: string | null } = { spot: null, beside: null }
  let retry: ReturnType<typeof setTimeout> | undefined
  let lingering: ReturnType<typeof setTimeout> | undefined

  const viewer = new Viewer({
    offer: (sdp) => {
      if (!live.send({ type: 'offer', purpose: 'view', sdp })) again()
    },
    ready: (videoMids, sounds) => {
      // After a failure an answer proves nothing: the path has to.
      if (tries === 0) state.value = 'up'
      besideMid = videoMids.at(-1) ?? null
      slots.connect(videoMids.slice(0, -1))
      audioMids.value = sounds
      told = { spot: null, beside: null }
      route()
    },
    connected: () => {
      tries = 0
      reached = true
      state.value = 'up'
    },
    stream: (mid, stream) => {
      streams.value = new Map(streams.value).set(mid, stream)
    },
    failed: again,
  })

  const streamAt = (mid: string | null | undefined) => (mid ? (streams.value.get(mid) ?? null) : null)
  const sounds = computed(() =>
    audioMids.value.map(streamAt).filter((stream): stream is MediaStream => stream !== null),
  )

  function tell(changes: readonly RouteChange[]): void {
    for (const change of changes) live.send({ type: 'route', ...change })
    if (changes.length > 0) routed.value += 1
  }

  function route(): void {
    if (slots.capacity === 0) return
    const first = spot.value === null ? [] : [spot.value]
    tell(slots.assign([...new Set([...first, ...shown.value])]))
    if (told.spot !== spot.value) {
      live.send({ type: 'spotlight', session_id: spot.value, mid: null })
    }
    if (besideMid !== null && told.beside !== beside.value) {
      live.send({ type: 'route', mid: besideMid, session_id: beside.value, side: 'officer' })
    }
    told = { spot: spot.value, beside: beside.value }
  }

  function connect(): void {
    clearTimeout(retry)
    forget()
    reached = false
    state.value = tries === 0 ? 'connecting' : troubled()
    viewer.start(size + EXTRA_SLOTS, live.network).catch(again)
  }

  function forget(): void {
    slots.disconnect()
    besideMid = null
    streams.value = new Map()
    audioMids.value = []
  }

  const troubled = (): ViewState => (tries < MOST_TRIES ? 'retrying' : 'blocked')

  /** At once, on the officer's word. */
  function tryNow(): void {
    if (state.value !== 'off' && live.up) connect()
  }

  /** With growing pauses: the server may be busy coming back. */
  function again(): void {
    forget()
    clearTimeout(retry)
    if (state.value === 'off') return
    const pause = backoffMs(tries++, Math.random())
    state.value = troubled()
    retry = setTimeout(tryNow, state.value === 'blocked' ? SLOW_RETRY_MS : pause)
  }

  function end(): void {
    clearTimeout(retry)
    shown.value = []
    spot.value = beside.value = null
    route()
    live.send({ type: 'hang_up', purpose: 'view' })
    viewer.close()
    forget()
    state.value = 'off'
  }

  /** Keep the connection until the returned function is called. */
  function hold(): () => void {
    clearTimeout(lingering)
    holders += 1
    if (state.value === 'off' && live.up) connect()
    let held = true
    return () => {
      if (!held) return
      held = false
      holders -= 1
      if (holders === 0) lingering = setTimeout(() => holders === 0 && end(), LINGER_MS)
    }
  }

  /** Pictures for a wall of this size. A connection is only ever made larger. */
  function show(sessionIds: readonly string[], pictures = FEWEST_SLOTS): void {
    shown.value = sessionIds
    if (pictures > size) {
      size = pictures
      if (state.value !== 'off' && live.up) return connect()
    }
    route()
  }

  function streamOf(sessionId: string): MediaStream | null {
    void routed.value
    const mid = slots.midOf(sessionId)
    return streamAt(mid)
  }

  /** The officer who talks with `beside`. */
  function officerStream(): MediaStream | null {
    void streams.value
    return beside.value === null ? null : streamAt(besideMid)
  }

  /** A wall is on the screen until the returned function is called. */
  function mountWall(): () => void {
    const release = hold()
    walls.value += 1
    return () => {
      walls.value -= 1
      shown.value = []
      release()
    }
  }

  function receive(message: ServerMessage): void {
    if (message.type === 'answer' && message.purpose === 'view') {
      viewer.answer(message.sdp).catch(again)
    }
    // A media process has ended: the browser would notice only seconds later.
    const lost = message.type === 'reconnect' && message.purpose === 'view'
    // One that never came through would end in the same way at once.
    if (lost && state.value !== 'off') (reached ? connect : again)()
    if (message.type === 'live_changed') follow(message.sessions)
  }

  function follow(sessions: readonly LiveSession[]): void {
    const lives = (id: string) => sessions.some((one) => one.session_id === id)
    if (spot.value !== null && !lives(spot.value)) {
      gone = { id: spot.value, at: Date.now() }
      spot.value = null
    } else if (gone && spot.value === null && lives(gone.id)) {
      if (Date.now() - gone.at < RETURN_MS && walls.value > 0) spot.value = gone.id
      gone = null
    }
  }

  live.listen(receive)
  watch([spot, beside], route)
  // A new socket is a new viewer to the server.
  watch(
    () => live.connections,
    () => {
      tries = 0
      if (holders > 0) connect()
    },
  )

  return {
    state,
    walls,
    shown,
    spot,
    beside,
    sounds,
    hold,
    mountWall,
    show,
    streamOf,
    officerStream,
    tryNow,
  }
})
