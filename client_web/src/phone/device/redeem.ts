/** Redeeming a one-time link: the server binds this device's public key to the person. */

import { backoffMs } from '@/core/backoff'
import { keyForLink, publicJwk, type KeyStore } from '@/core/device_key'
import type { Locale } from '@/core/wire'

import type { LinkProblem } from '../flow/state'

export type Redemption = { bound: true } | { bound: false; problem: LinkProblem; text: string }

interface Answer {
  device_id?: string
  error?: { code: string; message: string }
}

function problemOf(code: string): LinkProblem {
  if (code.includes('expired')) return 'expired'
  return code.includes('_used') ? 'used' : 'refused'
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Tries until the server has answered; only its answer says what became of the link. */
async function post(body: string, locale: Locale, onWaiting: () => void): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      const response = await fetch('/api/phone/redeem', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Accept-Language': locale },
        body,
      })
      if (response.status < 500 && response.status !== 429) return (await response.json()) as Answer
    } catch {
      // No network: the banner says so, and the next try follows.
    }
    onWaiting()
    await pause(backoffMs(tries, Math.random()))
  }
}

/** A phone that is bound already carries on with its key, even when the link has been used up. */
export async function redeem(
  store: KeyStore,
  token: string,
  locale: Locale,
  onWaiting: () => void,
): Promise<Redemption> {
  const key = await keyForLink(store)
  const body = JSON.stringify({ token, public_key: await publicJwk(key) })
  const { device_id, error } = await post(body, locale, onWaiting)
  if (device_id) {
    await store.save({ ...key, deviceId: device_id })
    return { bound: true }
  }
  if (key.deviceId) return { bound: true }
  return { bound: false, problem: problemOf(error?.code ?? ''), text: error?.message ?? '' }
}
