/** Runs the duty terminal: events in, effects out to socket, camera, sound and screen. */

import { inject, shallowRef, type InjectionKey } from 'vue'

import { backoffMs } from '@/core/backoff'
import { MediaLink } from '@/core/media_link'
import { NoticeBoard } from '@/core/notices'
import { Signaling } from '@/core/signaling'
import { speak } from '@/core/speech'
import { WakeLock } from '@/core/wake_lock'
import { DIRECT } from '@/core/webrtc'
import type { ClientMessage, ExceptionReason, Network, Notice, ServerMessage } from '@/core/wire'

import { setServerTime } from '../clock'
import { locale, t } from '../i18n'
import { Echoes } from './echoes'
import { reduce } from './machine'
import { SelfTesting } from './self_testing'
import { pause, Sounds } from './sounds'
import { INITIAL, type Effect, type Event, type State } from './state'

/** The announcement is seen and begun to be heard before the camera goes live, and no longer. */
const ANNOUNCED_MS = { least: 1500, most: 3500 }
const SILENCE_MS = 4000
const RING_EVERY_MS = 4000
const REST_MS = 12_000

export class DutyTerminal {
  readonly state = shallowRef<State>(INITIAL)
  /** The office's own picture while the camera is on. */
  readonly stream = shallowRef<MediaStream | null>(null)
  /** What the center sends: silent and dark until somebody there speaks. */
  readonly remote = shallowRef<MediaStream | null>(null)
  /** Notices of the center that were not confirmed yet, the most pressing first. */
  readonly waiting = shallowRef<readonly Notice[]>([])
  readonly notices = new NoticeBoard({
    send: (message) => this.send(message),
    changed: (waiting) => (this.waiting.value = waiting),
    locale: () => locale.value,
    speaks: true,
  })
  readonly sounds = new Sounds()
  readonly tests: SelfTesting
  private network: Network = DIRECT
  private silence: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private readonly echoes = new Echoes((message) => this.send(message))
  private readonly wakeLock = new WakeLock()
  private readonly media: MediaLink
  private readonly signaling: Signaling

  constructor(private readonly signedOut: () => void) {
    this.media = new MediaLink(
      this.stream,
      this.remote,
      (event) => this.dispatch(event),
      (message) => this.send(message),
      () => {
        this.failures = 0
        this.dispatch({ type: 'connected' })
      },
    )
    this.tests = new SelfTesting(this.sounds, {
      network: () => this.network,
      echo: () => this.echoes.measure(),
      free: () => this.state.value.phase === 'ready' && this.state.value.link === 'open',
      report: (result) => this.send({ type: 'self_test', ...result.checks, detail: result.detail }),
    })
    this.signaling = new Signaling({
      role: 'terminal',
      locale: () => locale.value,
      onMessage: (message) => this.hear(message),
      onStatus: (status) => this.dispatch({ type: 'link', status }),
    })
  }

  start(): void {
    this.wakeLock.hold(true)
    this.signaling.start()
  }

  stop(): void {
    this.wakeLock.hold(false)
    this.tests.stop()
    this.signaling.stop()
    this.media.close()
  }

  /** In the language that was chosen now. */
  again(): void {
    if (this.signaling.status === 'open') this.signaling.restart()
  }

  readonly dispatch = (event: Event): void => {
    const [state, effects] = reduce(this.state.value, event)
    this.state.value = state
    if (state.phase !== 'ready') this.tests.interrupt()
    if (event.type === 'media_failed') this.failures += 1
    for (const effect of effects) void this.run(effect)
  }

  report(reason: ExceptionReason, note: string): boolean {
    return this.send({ type: 'exception', reason, note })
  }

  takeBack(): boolean {
    return this.send({ type: 'exception', reason: null })
  }

  /** Whether calls are answered without a press; off with a reason. */
  letThrough(on: boolean, note = ''): boolean {
    return this.send({ type: 'auto_answer', on, note })
  }

  private send(message: ClientMessage): boolean {
    return this.signaling.send(message)
  }

  private hear(message: ServerMessage): void {
    if (message.type === 'session' || message.type === 'ticket') clearTimeout(this.silence)
    if (this.notices.receive(message)) return void this.sounds.called()
    if (message.type === 'echoed') return this.echoes.came(message.id)
    if (message.type === 'self_test_wanted') return void this.tests.run(true)
    if (message.type === 'network') this.network = message
    if (message.type === 'welcome') {
      this.network = message
      setServerTime(message.server_time)
      clearTimeout(this.silence)
      this.silence = setTimeout(() => this.dispatch({ type: 'silence' }), SILENCE_MS)
    }
    if (message.type === 'error' && message.code === 'not_signed_in') return this.signedOut()
    this.dispatch({ type: 'server', message })
    if (message.type === 'terminal') this.tests.consider(message.self_test)
  }

  private async run(effect: Effect): Promise<void> {
    switch (effect.type) {
      case 'send':
        this.send(effect.message)
        break
      case 'announce':
        return this.announce()
      case 'ring':
        return this.ring()
      case 'open_camera':
        return this.media.open()
      case 'close_media':
        this.media.close()
        break
      case 'publish':
        if (this.failures) await pause(backoffMs(this.failures - 1, Math.random()))
        return this.media.publish(effect.network)
      case 'accept':
        return this.media.accept(effect.sdp)
      case 'encode':
        return this.media.encode(effect.wanted)
      case 'let_out':
        this.media.letOut(effect.own)
        break
      case 'reconnect':
        this.signaling.restart()
        break
      case 'tell_ended':
        return this.sounds.ended()
      case 'rest':
        await pause(REST_MS)
        this.dispatch({ type: 'rested' })
    }
  }

  private async announce(): Promise<void> {
    const said = this.sounds.called().then(() => speak(t('terminal.said.called'), locale.value))
    await Promise.all([pause(ANNOUNCED_MS.least), Promise.race([said, pause(ANNOUNCED_MS.most)])])
    this.dispatch({ type: 'announced' })
  }

  private async ring(): Promise<void> {
    while (this.state.value.phase === 'asked') {
      await this.sounds.ring()
      await pause(RING_EVERY_MS)
    }
  }
}

export const TERMINAL: InjectionKey<DutyTerminal> = Symbol('terminal')

export function useTerminal(): DutyTerminal {
  const terminal = inject(TERMINAL)
  if (!terminal) throw new Error('outside of the terminal')
  return terminal
}
