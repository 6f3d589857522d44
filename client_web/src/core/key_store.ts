/** The device key in IndexedDB, which can hold a CryptoKey that nobody can export. */

import type { DeviceKey, KeyStore } from './device_key'

const DATABASE = 'rollcall'
const STORE = 'device'
const KEY = 'key'

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function transact<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
  const database = await done(opening)
  try {
    return await done(act(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

/**
 * A private window may refuse IndexedDB: then the key lives as long as the page, which is enough
 * for one check-in, and a new link is needed for the next.
 */
export function browserKeyStore(): KeyStore {
  let inMemory: DeviceKey | null = null
  return {
    async load() {
      if (inMemory) return inMemory
      try {
        inMemory = (await transact<DeviceKey | undefined>('readonly', (s) => s.get(KEY))) ?? null
      } catch {
        inMemory = null
      }
      return inMemory
    },
    async save(key) {
      inMemory = key
      try {
        await transact('readwrite', (s) => s.put(key, KEY))
      } catch {
        // Kept in memory above; the page works until it is closed.
      }
    },
  }
}
