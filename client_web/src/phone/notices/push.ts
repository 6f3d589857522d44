/** Web Push of this browser (W3C Push API): asked for by a press, never at load. */

import { base64url } from '@/core/base64url'
import type { ClientMessage } from '@/core/wire'

const WORKER = '/push_worker.js'

export function canPush(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
}

/** What to tell the server, or null where the person or the browser said no. */
export async function subscribe(key: string): Promise<ClientMessage | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null
  try {
    const worker = await navigator.serviceWorker.register(WORKER)
    const made = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: key,
    })
    const part = (name: PushEncryptionKeyName) => base64url(made.getKey(name) ?? new ArrayBuffer(0))
    const { endpoint } = made
    return { type: 'push_subscribe', endpoint, p256dh: part('p256dh'), auth: part('auth') }
  } catch {
    return null
  }
}

export async function unsubscribe(): Promise<ClientMessage> {
  const worker = await navigator.serviceWorker.getRegistration(WORKER)
  await (await worker?.pushManager.getSubscription())?.unsubscribe()
  return { type: 'push_subscribe', endpoint: null }
}
