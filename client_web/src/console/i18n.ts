/** The console's language: reactive, remembered, zh-CN unless chosen otherwise. */
import { computed, shallowRef } from 'vue'

import { format, type Dictionary, type Params } from '@/core/i18n'
import type { Locale } from '@/core/wire'

import { setRequestLanguage } from './api/request'

export const LOCALES: readonly Locale[] = ['zh-CN', 'en']

const STORED = 'rollcall.console.locale'
const loaders: Record<Locale, () => Promise<{ default: Dictionary }>> = {
  'zh-CN': () => import('@/locales/console.zh-CN.json'),
  en: () => import('@/locales/console.en.json'),
}

const dictionary = shallowRef<Dictionary>({})
const current = shallowRef<Locale>('zh-CN')

export const locale = computed(() => current.value)

/** The text of a key; a key that no dictionary has shows as itself, and a test finds it. */
export function t(key: string, params?: Params): string {
  return format(dictionary.value[key] ?? key, params)
}

/** The text of a code that the server may invent: known ones worded, others readable. */
export function word(prefix: string, code: string): string {
  return dictionary.value[`${prefix}.${code}`] ?? code.replaceAll('_', ' ')
}

/** The text of a key, or nothing. */
export function wordIfAny(key: string): string | undefined {
  return dictionary.value[key]
}

export function storedLocale(): Locale {
  const stored = localStorage.getItem(STORED)
  return LOCALES.find((one) => one === stored) ?? 'zh-CN'
}

export async function useLocale(wanted: Locale): Promise<void> {
  const loaded = await loaders[wanted]()
  dictionary.value = loaded.default
  current.value = wanted
  document.documentElement.lang = wanted
  localStorage.setItem(STORED, wanted)
  setRequestLanguage(wanted)
}
