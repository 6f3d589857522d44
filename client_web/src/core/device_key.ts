/**
 * The device's identity: a P-256 key pair whose private half cannot be taken out of this browser,
 * and the id that the server gave it when the one-time link was redeemed.
 */

import { base64url } from './base64url'
import type { DeviceProof } from './signaling'

export interface DeviceKey {
  keys: CryptoKeyPair
  /** Null until a link has been redeemed with this key. */
  deviceId: string | null
}

/** Where the key lies; tests put a memory in its place. */
export interface KeyStore {
  load(): Promise<DeviceKey | null>
  save(key: DeviceKey): Promise<void>
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const

/**
 * The key to redeem a link with. A key of an earlier try whose answer was lost is used again, so
 * that the server can see that it is the same phone and not somebody who found the link.
 */
export async function keyForLink(store: KeyStore): Promise<DeviceKey> {
  const old = await store.load()
  if (old) return old
  const keys = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])
  const key = { keys, deviceId: null }
  await store.save(key)
  return key
}

export async function publicJwk(key: DeviceKey): Promise<JsonWebKey> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key.keys.publicKey)
  return { kty, crv, x, y }
}

/** Raw r||s (64 bytes) over the nonce's UTF-8 bytes, as WebCrypto makes it. */
export async function prove(key: DeviceKey, nonce: string): Promise<DeviceProof | null> {
  if (!key.deviceId) return null
  const bytes = new TextEncoder().encode(nonce)
  const signature = await crypto.subtle.sign(SIGNATURE, key.keys.privateKey, bytes)
  return { device_id: key.deviceId, signature: base64url(signature) }
}
