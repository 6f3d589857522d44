/** Stands in for the signaling socket in the tests of the stores. */
import { vi } from 'vitest'

import type { SignalingOptions } from '@/core/signaling'
import type { ClientMessage, ServerMessage, Welcome } from '@/core/wire'

export const WELCOME: Welcome = {
  type: 'welcome',
  role: 'console',
  name: '',
  center: '',
  office: '',
  office_phone: '',
  server_time: '2026-11-21T01:00:00Z',
  resume_token: '',
  resumed: false,
  demonstration: false,
  face_enrolled: false,
  entries: [],
  ice_servers: [],
  ice_transport_policy: 'all',
}

export class FakeLink {
  static sent: ClientMessage[] = []
  static hear: (message: ServerMessage) => void = () => undefined

  constructor(private readonly options: SignalingOptions) {
    FakeLink.sent = []
    FakeLink.hear = (message) => {
      if (message.type === 'welcome') this.options.onStatus?.('open')
      this.options.onMessage(message)
    }
  }
  start = vi.fn()
  stop = vi.fn()
  send(message: ClientMessage): boolean {
    FakeLink.sent.push(message)
    return true
  }
}
