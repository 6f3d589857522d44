/** The page's words in the language of the person; English is fetched only where it is wanted. */

import { shallowReactive, ref } from 'vue'

import { chooseLocale, format, type Dictionary, type Params } from '@/core/i18n'
import type { Locale } from '@/core/wire'
import zh from '@/locales/phone.zh-CN.json'

import { saveLocale, savedLocale } from '../device/memory'

export type Key = keyof typeof zh

const dictionaries = shallowReactive<Partial<Record<Locale, Dictionary>>>({ 'zh-CN': zh })

export const locale = ref<Locale>('zh-CN')

async function show(next: Locale): Promise<void> {
  dictionaries[next] ??= (await import('@/locales/phone.en.json')).default
  locale.value = next
  document.documentElement.lang = next
  document.title = t('app.title')
}

export async function setLocale(next: Locale): Promise<void> {
  await show(next)
  saveLocale(next)
}

/** The remembered language, else the phone's; where English cannot be fetched, Chinese. */
export const initLocale = (): Promise<void> =>
  show(chooseLocale(savedLocale(), navigator.language)).catch(() => show('zh-CN'))

export function t(key: Key, params?: Params): string {
  return format(dictionaries[locale.value]?.[key] ?? zh[key], params)
}

/** For keys that are put together from a code of the server: null where there is no such text. */
export function tMaybe(key: string, params?: Params): string | null {
  return key in zh ? t(key as Key, params) : null
}
