/** Flat dictionaries, `{name}` placeholders, and the choice of a language. No framework. */

import type { Locale } from './wire'

export type Dictionary = Readonly<Record<string, string>>
export type Params = Readonly<Record<string, string | number>>

/** Puts `params` into the `{name}` places of `text`; a place without a value stays as it is. */
export function format(text: string, params: Params = {}): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(params[name] ?? place))
}

/** The saved choice, else English for a phone that is set to English, else Chinese. */
export function chooseLocale(saved: string | null, language: string | undefined): Locale {
  if (saved === 'zh-CN' || saved === 'en') return saved
  return /^en\b/i.test(language ?? '') ? 'en' : 'zh-CN'
}
