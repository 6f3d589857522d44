/** What the page remembers in this browser. A private window may refuse: then it forgets. */

import type { TokenStore } from '@/core/signaling'
import type { Receipt } from '@/core/wire'

const RECEIPT = 'rollcall.receipt'
const LOCALE = 'rollcall.locale'
const RESUME = 'rollcall.resume'
const LINK = 'rollcall.link'

function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key)
  } catch {
    return null
  }
}

function write(storage: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(key)
    else storage().setItem(key, value)
  } catch {
    // Nothing depends on it.
  }
}

const forever = () => localStorage
const thisTab = () => sessionStorage

export const savedLocale = (): string | null => read(forever, LOCALE)
export const saveLocale = (locale: string): void => write(forever, LOCALE, locale)

/** The last receipt stays on the phone, so that the person can always show it. */
export function lastReceipt(): Receipt | null {
  const text = read(forever, RECEIPT)
  return text ? (JSON.parse(text) as Receipt) : null
}
export const keepReceipt = (receipt: Receipt): void =>
  write(forever, RECEIPT, JSON.stringify(receipt))

/** With this a reload of the page carries the same session on. */
export const resumeTokens: TokenStore = {
  get: () => read(thisTab, RESUME),
  set: (token) => write(thisTab, RESUME, token),
}

/** The link's token, kept until it is redeemed: it leaves the address bar at once. */
export const linkToken: TokenStore = {
  get: () => read(thisTab, LINK),
  set: (token) => write(thisTab, LINK, token),
}
