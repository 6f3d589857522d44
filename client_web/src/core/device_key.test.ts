import { expect, it } from 'vitest'

import { keyForLink, prove, publicJwk, type DeviceKey, type KeyStore } from './device_key'

function memoryStore(): KeyStore {
  let kept: DeviceKey | null = null
  return {
    load: () => Promise.resolve(kept),
    save: (key) => {
      kept = key
      return Promise.resolve()
    },
  }
}

it('uses the key of a try whose answer was lost again', async () => {
  const store = memoryStore()
  const first = await publicJwk(await keyForLink(store))
  expect(await publicJwk(await keyForLink(store))).toEqual(first)
})

it('gives away the public half only', async () => {
  const key = await keyForLink(memoryStore())
  expect(Object.keys(await publicJwk(key)).sort()).toEqual(['crv', 'kty', 'x', 'y'])
  expect(key.keys.privateKey.extractable).toBe(false)
})

it('signs the nonce with raw r||s of 64 bytes that the public key verifies', async () => {
  const key = await keyForLink(memoryStore())
  expect(await prove(key, 'nonce')).toBeNull()
  const proof = await prove({ ...key, deviceId: 'd1' }, 'nonce')
  const text = (proof?.signature ?? '').replace(/-/g, '+').replace(/_/g, '/')
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  expect(bytes).toHaveLength(64)
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const nonce = new TextEncoder().encode('nonce')
  expect(await crypto.subtle.verify(algorithm, key.keys.publicKey, bytes, nonce)).toBe(true)
})
