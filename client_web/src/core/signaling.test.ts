import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { backoffMs } from './backoff'
import { memoryTokens, Signaling, type LinkStatus } from './signaling'
import type { Hello, ServerMessage } from './wire'

class FakeSocket {
  readyState = 1
  sent: string[] = []
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.readyState = 3
  }
  hear(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  /** The network took it, not we. */
  break(): void {
    this.readyState = 3
    this.onclose?.()
  }
}

const WELCOME = { type: 'welcome', resume_token: 'token-1', resumed: false }

function open(identify?: () => Promise<{ device_id: string; signature: string }>) {
  const sockets: FakeSocket[] = []
  const heard: ServerMessage[] = []
  const states: LinkStatus[] = []
  const link = new Signaling({
    role: 'phone',
    locale: () => 'en',
    identify,
    tokens: memoryTokens(),
    url: 'ws://test/ws',
    onMessage: (message) => heard.push(message),
    onStatus: (status) => states.push(status),
    openSocket: () => {
      sockets.push(new FakeSocket())
      return sockets.at(-1) as unknown as WebSocket
    },
  })
  link.start()
  const last = () => sockets.at(-1) as FakeSocket
  const greet = async () => {
    last().hear({ type: 'challenge', nonce: 'n', version: 1 })
    await vi.advanceTimersByTimeAsync(0)
    const hello = JSON.parse(last().sent[0] ?? '{}') as Hello
    last().hear(WELCOME)
    return hello
  }
  return { link, sockets, heard, states, last, greet }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the signaling socket', () => {
  it('answers the challenge with the device proof and opens at the welcome', async () => {
    const proof = { device_id: 'd1', signature: 'sig' }
    const { greet, states, link } = open(async () => proof)
    expect(await greet()).toMatchObject({ type: 'hello', role: 'phone', locale: 'en', ...proof })
    expect(states).toEqual(['connecting', 'open'])
    link.stop()
  })

  it('sends nothing before the welcome', async () => {
    const { link, last, greet } = open()
    expect(link.send({ type: 'hang_up' })).toBe(false)
    await greet()
    expect(link.send({ type: 'hang_up' })).toBe(true)
    expect(last().sent.at(-1)).toContain('hang_up')
    link.stop()
  })

  it('comes back by itself after a loss, with the resume token', async () => {
    const { sockets, greet, last, states, link } = open()
    expect((await greet()).resume).toBeUndefined()
    last().break()
    expect(states.at(-1)).toBe('lost')
    await vi.advanceTimersByTimeAsync(600)
    expect(sockets).toHaveLength(2)
    expect((await greet()).resume).toBe('token-1')
    expect(states.at(-1)).toBe('open')
    link.stop()
  })

  it('does not wait for a welcome for ever', async () => {
    const { sockets, link } = open()
    await vi.advanceTimersByTimeAsync(12_000)
    expect(sockets.length).toBeGreaterThan(1)
    link.stop()
  })

  it('hurries when the network is back', async () => {
    const { sockets, last, link } = open()
    for (let n = 0; n < 5; n++) {
      last().break()
      await vi.advanceTimersByTimeAsync(8000)
    }
    last().break()
    const before = sockets.length
    dispatchEvent(new Event('online'))
    expect(sockets).toHaveLength(before + 1)
    link.stop()
  })

  it('does not trust a socket from before an outage', async () => {
    const { sockets, greet, link } = open()
    await greet()
    dispatchEvent(new Event('online'))
    expect(sockets).toHaveLength(2)
    expect((await greet()).resume).toBe('token-1')
    link.stop()
  })

  it.each([{ type: 'superseded' }, { type: 'error', code: 'x', message: '', params: {}, fatal: true }])(
    'stays closed after $type',
    async (end) => {
      const { sockets, greet, last, states, heard, link } = open()
      await greet()
      last().hear(end)
      last().break()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(sockets).toHaveLength(1)
      expect(states.at(-1)).toBe('closed')
      expect(heard.at(-1)?.type).toBe(end.type)
      link.stop()
    },
  )

  it('ignores what an old socket still says', async () => {
    const { greet, last, heard, link } = open()
    await greet()
    const old = last()
    link.restart()
    const count = heard.length
    old.hear({ type: 'superseded' })
    expect(heard).toHaveLength(count)
    expect(link.status).not.toBe('closed')
    link.stop()
  })
})

it('waits longer each time, within half a second and eight', () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map((tries) => backoffMs(tries, 1))
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
  expect(backoffMs(0, 0)).toBe(250)
})
