/**
 * The page's words in the language of the person. The first screen's Chinese is always here;
 * the rest comes with the rest of the page, and English only where it is wanted.
 */

import { ref, shallowReactive } from 'vue'

import { chooseLocale, format, type Dictionary, type Params } from '@/core/i18n'
import type { Locale } from '@/core/wire'
import type enrol from '@/locales/phone/enrol.zh-CN.json'
import first from '@/locales/phone/first.zh-CN.json'
import type notices from '@/locales/phone/notices.zh-CN.json'
import type rest from '@/locales/phone/rest.zh-CN.json'

import { saveLocale, savedLocale } from '../device/memory'

export type Key = keyof typeof first | keyof typeof rest | keyof typeof enrol | keyof typeof notices

const words = shallowReactive<Record<Locale, Dictionary>>({ 'zh-CN': first, en: {} })

export const locale = ref<Locale>('zh-CN')

export function addWords(language: Locale, more: Dictionary): void {
  words[language] = { ...words[language], ...more }
}

/** The words of the screens after the first; Chinese ones lie in the same file as the screens. */
export async function loadRest(): Promise<void> {
  if (locale.value !== 'en' || 'prompt.nod' in words.en) return
  addWords('en', (await import('@/locales/phone/rest.en.json')).default)
}

async function show(next: Locale): Promise<void> {
  if (next === 'en' && !('app.title' in words.en)) {
    addWords('en', (await import('@/locales/phone/first.en.json')).default)
  }
  locale.value = next
  document.documentElement.lang = next
  document.title = t('app.title')
}

export async function setLocale(next: Locale): Promise<void> {
  await show(next)
  await loadRest()
  saveLocale(next)
}

/** The remembered language, else the phone's; where English cannot be fetched, Chinese. */
export const initLocale = (): Promise<void> =>
  show(chooseLocale(savedLocale(), navigator.language)).catch(() => show('zh-CN'))

/** The text, or null where no dictionary has the key (put together from a code of the server). */
export function tMaybe(key: string, params?: Params): string | null {
  const text = words[locale.value][key] ?? words['zh-CN'][key]
  return text === undefined ? null : format(text, params)
}

export const t = (key: Key, params?: Params): string => tMaybe(key, params) ?? ''
