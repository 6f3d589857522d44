/**
 * The signaling socket: challenge, hello, welcome, and from then on messages both ways.
 *
 * A lost socket is opened again with growing pauses and says hello with the last resume token, so
 * the server carries the same session on. Nothing is queued: what the server still waits for, it
 * asks again after the new welcome.
 */

import { backoffMs } from './backoff'
import {
  PROTOCOL_VERSION,
  type ClientMessage,
  type Hello,
  type Locale,
  type Role,
  type ServerMessage,
} from './wire'

/** `lost` is being mended; `closed` is final (stop(), a fatal error, superseded). */
export type LinkStatus = 'connecting' | 'open' | 'lost' | 'closed'

export interface DeviceProof {
  device_id: string
  signature: string
}

/** Where the resume token is kept; a tab's sessionStorage lets a reload carry on. */
export interface TokenStore {
  get(): string | null
  set(token: string | null): void
}

export interface SignalingOptions {
  role: Role
  locale: () => Locale
  onMessage: (message: ServerMessage) => void
  onStatus?: (status: LinkStatus) => void
  /** Signs the server's nonce; staff roles leave it out, their cookie speaks for them. */
  identify?: (nonce: string) => Promise<DeviceProof | null>
  tokens?: TokenStore
  url?: string
  openSocket?: (url: string) => WebSocket
}

/** From opening the socket to the server's welcome. */
const WELCOME_TIMEOUT_MS = 10_000

export function memoryTokens(): TokenStore {
  let token: string | null = null
  return { get: () => token, set: (value) => void (token = value) }
}

export function socketUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`
}

export class Signaling {
  status: LinkStatus = 'closed'
  private readonly tokens: TokenStore
  private socket: WebSocket | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private tries = 0

  constructor(private readonly options: SignalingOptions) {
    this.tokens = options.tokens ?? memoryTokens()
  }

  start(): void {
    if (this.status !== 'closed') return
    this.tries = 0
    addEventListener('online', this.hurry)
    document.addEventListener('visibilitychange', this.hurry)
    this.open('connecting')
  }

  /** Final; `start()` begins anew. */
  stop(): void {
    removeEventListener('online', this.hurry)
    document.removeEventListener('visibilitychange', this.hurry)
    this.drop()
    this.setStatus('closed')
  }

  /** Says hello again over a new socket: after a change of language, or when media has failed. */
  restart(): void {
    if (this.status === 'closed') return this.start()
    this.drop()
    this.tries = 0
    this.open('lost')
  }

  /** False where there is no open link; the server asks again after the next welcome. */
  send(message: ClientMessage): boolean {
    if (this.status !== 'open' || this.socket?.readyState !== 1) return false
    this.socket.send(JSON.stringify(message))
    return true
  }

  private open(status: LinkStatus): void {
    this.setStatus(status)
    const url = this.options.url ?? socketUrl()
    const socket = this.options.openSocket?.(url) ?? new WebSocket(url)
    this.socket = socket
    this.timer = setTimeout(() => this.lose(socket), WELCOME_TIMEOUT_MS)
    socket.onmessage = (event) => {
      if (socket === this.socket) this.receive(JSON.parse(String(event.data)) as ServerMessage)
    }
    socket.onclose = () => this.lose(socket)
  }

  private receive(message: ServerMessage): void {
    if (message.type === 'challenge') void this.hello(message.nonce)
    if (message.type === 'welcome') {
      clearTimeout(this.timer)
      this.tries = 0
      this.tokens.set(message.resume_token)
      this.setStatus('open')
    }
    const last = message.type === 'superseded' || (message.type === 'error' && message.fatal)
    if (last) this.tokens.set(null)
    this.options.onMessage(message)
    if (last) this.stop()
  }

  private async hello(nonce: string): Promise<void> {
    const socket = this.socket
    const proof = (await this.options.identify?.(nonce)) ?? null
    if (!socket || socket !== this.socket) return
    const hello: Hello = {
      type: 'hello',
      version: PROTOCOL_VERSION,
      role: this.options.role,
      locale: this.options.locale(),
      ...proof,
    }
    const resume = this.tokens.get()
    if (resume) hello.resume = resume
    socket.send(JSON.stringify(hello))
  }

  private lose(socket: WebSocket): void {
    if (socket !== this.socket) return
    this.drop()
    this.setStatus('lost')
    this.timer = setTimeout(() => this.open('lost'), backoffMs(this.tries++, Math.random()))
  }

  /**
   * The network is back, or the page is looked at again: do not sit out a long pause. A socket
   * from before an outage may be dead without knowing it, so it is replaced.
   */
  private readonly hurry = (event: Event): void => {
    if (event.type === 'online' && this.status === 'open') return this.restart()
    if (this.status !== 'lost' || this.socket || document.visibilityState === 'hidden') return
    clearTimeout(this.timer)
    this.open('lost')
  }

  private drop(): void {
    clearTimeout(this.timer)
    const socket = this.socket
    this.socket = null
    socket?.close()
  }

  private setStatus(status: LinkStatus): void {
    if (status === this.status) return
    this.status = status
    this.options.onStatus?.(status)
  }
}
