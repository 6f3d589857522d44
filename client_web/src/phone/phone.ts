/** Runs the machine: events in, effects out to socket, camera, storage and screen. */

import { inject, shallowRef, type InjectionKey } from 'vue'

import { backoffMs } from '@/core/backoff'
import { prove } from '@/core/device_key'
import { browserKeyStore } from '@/core/key_store'
import type { MediaLink } from '@/core/media_link'
import type { NoticeBoard } from '@/core/notices'
import { Signaling } from '@/core/signaling'
import type { Health, Locale, Notice, ServerMessage } from '@/core/wire'
import { WakeLock } from '@/core/wake_lock'

import type { Chime } from './device/chime'
import type { Loudspeaker } from './device/loudspeaker'
import { keepReceipt, linkToken, resumeTokens } from './device/memory'
import { redeem } from './device/redeem'
import { vibrate } from './device/vibrate'
import { reduce } from './flow/machine'
import { INITIAL, LEAVABLE, LIVE, type Effect, type Event, type State } from './flow/state'
import { loadRest, locale, setLocale } from './ui/words'

type Late = typeof import('./late')
type Noticing = typeof import('./notices')
type PushOffer = Extract<ServerMessage, { type: 'push_offer' }>

/** After a resumed welcome the server says at once what it waits for. */
const SILENCE_MS = 4000
/** Screens beside the live ones during which the phone must not go to sleep. */
const AWAKE: ReadonlySet<State['screen']> = new Set<State['screen']>(['waiting', 'enrol'])

/** Tries until a part of the page is here: a weak line must not leave half of it. */
async function untilHere<T>(fetch: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await fetch()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, backoffMs(tries, 1)))
    }
  }
}

export class Phone {
  readonly state = shallowRef<State>(INITIAL)
  /** The person's own picture while the camera is on. */
  readonly stream = shallowRef<MediaStream | null>(null)
  /** What the center sends: silent and dark until somebody there speaks. */
  readonly remote = shallowRef<MediaStream | null>(null)
  /** The screens after the first, once they are here. */
  readonly late = shallowRef<Late | null>(null)
  /** Notices of the office that were not seen yet, the most pressing first. */
  readonly notices = shallowRef<readonly Notice[]>([])
  /** Whether notifications may be switched on, and are; null where the center has none. */
  readonly push = shallowRef<{ key: string; subscribed: boolean } | null>(null)
  readonly loudspeaker = shallowRef<Loudspeaker | null>(null)
  private loading: Promise<Late> = new Promise(() => undefined)
  private media: MediaLink | null = null
  private chime: Chime | null = null
  private silence: ReturnType<typeof setTimeout> | undefined
  private readonly keys = browserKeyStore()
  private readonly wakeLock = new WakeLock()
  private readonly signaling = new Signaling({
    role: 'phone',
    locale: () => locale.value,
    tokens: resumeTokens,
    identify: async (nonce) => {
      const key = await this.keys.load()
      return key && prove(key, nonce)
    },
    onMessage: (message) => this.hear(message),
    onStatus: (status) => this.dispatch({ type: 'link', status }),
  })

  /** What shows notices, once one has come. */
  readonly noticing = shallowRef<Noticing | null>(null)
  private board: NoticeBoard | null = null

  readonly answerNotice = (notice: Notice): void => this.board?.answer(notice)

  /** The short answer to an instant roll-call: health, and the place if the person lets it out. */
  readonly replyNotice = async (notice: Notice, health: Health): Promise<void> => {
    const found = await this.noticing.value?.locateOnce()
    const place = found?.type === 'location' ? found : null
    this.signaling.send({
      type: 'instant_reply',
      entry_id: notice.entry_id ?? '',
      health,
      latitude: place?.latitude ?? null,
      longitude: place?.longitude ?? null,
      accuracy_m: place?.accuracy_m ?? null,
    })
    this.board?.answer(notice)
  }

  readonly switchPush = async (on: boolean): Promise<void> => {
    const [offer, noticing] = [this.push.value, this.noticing.value]
    if (!offer || !noticing) return
    const message = await (on ? noticing.subscribe(offer.key) : noticing.unsubscribe())
    if (!message) return
    this.signaling.send(message)
    this.push.value = { ...offer, subscribed: on }
  }

  readonly dispatch = (event: Event): void => {
    const [state, effects] = reduce(this.state.value, event)
    this.state.value = state
    this.wakeLock.hold(LIVE.has(state.screen) || AWAKE.has(state.screen))
    for (const effect of effects) this.run(effect)
  }

  /** From the address to the welcome: binds the device where the address brings a link. */
  async start(): Promise<void> {
    this.loading = this.load()
    const fragment = location.hash.slice(1)
    if (fragment) {
      linkToken.set(fragment)
      history.replaceState(history.state, '', location.pathname)
    }
    if (!window.isSecureContext || !crypto.subtle) {
      return this.dispatch({ type: 'link_problem', problem: 'insecure' })
    }
    const token = fragment || linkToken.get()
    if (token && !(await this.bind(token))) return
    if (!(await this.keys.load())?.deviceId) {
      return this.dispatch({ type: 'link_problem', problem: 'no_link' })
    }
    this.signaling.start()
  }

  /** Asks the server again what is due. */
  refresh(): void {
    const { screen } = this.state.value
    if (screen === 'due' || screen === 'nothing-due') this.signaling.restart()
  }

  async speak(language: Locale): Promise<void> {
    await setLocale(language)
    if (LEAVABLE.has(this.state.value.screen) && this.signaling.status === 'open') {
      this.signaling.restart()
    }
  }

  private hear(message: ServerMessage): void {
    clearTimeout(this.silence)
    if (message.type === 'notice' || message.type === 'push_offer') return void this.notice(message)
    this.dispatch({ type: 'server', message })
    if (message.type === 'welcome' && message.resumed) {
      this.silence = setTimeout(() => this.dispatch({ type: 'silence' }), SILENCE_MS)
    }
  }

  private async notice(message: Notice | PushOffer): Promise<void> {
    const noticing = await untilHere(() => import('./notices'))
    this.noticing.value = noticing
    if (message.type === 'push_offer') return void (this.push.value = message)
    this.board ??= new noticing.NoticeBoard({
      send: (answer) => this.signaling.send(answer),
      changed: (waiting) => (this.notices.value = waiting),
      locale: () => locale.value,
      speaks: false,
    })
    this.board.receive(message)
    vibrate([200, 100, 200])
  }

  private async bind(token: string): Promise<boolean> {
    const result = await redeem(this.keys, token, locale.value, () =>
      this.dispatch({ type: 'link', status: 'lost' }),
    )
    linkToken.set(null)
    this.dispatch({ type: 'link', status: 'connecting' })
    if (result.bound) {
      resumeTokens.set(null)
      return true
    }
    this.dispatch({ type: 'link_problem', problem: result.problem, text: result.text })
    return false
  }

  private async load(): Promise<Late> {
    const [late] = await untilHere(() => Promise.all([import('./late'), loadRest()]))
    this.chime ??= new late.Chime()
    this.loudspeaker.value ??= new late.Loudspeaker(this.remote)
    return (this.late.value = late)
  }

  private async withMedia(act: (media: MediaLink) => unknown): Promise<void> {
    const { MediaLink } = await this.loading
    this.media ??= new MediaLink(
      this.stream,
      this.remote,
      this.dispatch,
      (message) => void this.signaling.send(message),
    )
    act(this.media)
  }

  private async locate(): Promise<void> {
    const { locateOnce } = await this.loading
    this.dispatch({ type: 'located', reply: await locateOnce() })
  }

  private run(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        return void this.signaling.send(effect.message)
      case 'open_camera':
        return void this.withMedia((media) => media.open())
      case 'mend_camera':
        return void this.withMedia((media) => media.mend())
      case 'close_camera':
        return void this.withMedia((media) => media.close())
      case 'publish':
        return void this.withMedia((media) => media.publish(effect.network))
      case 'accept_answer':
        return void this.withMedia((media) => media.accept(effect.sdp))
      case 'encode':
        return void this.withMedia((media) => media.encode(effect.wanted))
      case 'let_out':
        return void this.withMedia((media) => media.letOut(effect.own))
      case 'restart_link':
        return this.signaling.restart()
      case 'locate':
        return void this.locate()
      case 'load_enrolment':
        return void this.loading.then((late) => late.loadEnrolment())
      case 'keep_receipt':
        return keepReceipt(effect.receipt)
      case 'signal':
        vibrate(effect.passed ? 80 : [80, 80, 80])
        return this.chime?.ring(effect.passed)
    }
  }
}

export const PHONE: InjectionKey<Phone> = Symbol('phone')

export function usePhone(): Phone {
  const phone = inject(PHONE)
  if (!phone) throw new Error('the phone is provided by main.ts')
  return phone
}
