/**
 * Spoken words, where the browser has a voice for the language (W3C Web Speech API). Nothing depends
 * on them: what is said stands on the screen too.
 */

import type { Locale } from './wire'

/** A browser that never says that it has ended must not hold anything up. */
const PATIENCE_MS = 20_000

function voiceFor(locale: Locale): SpeechSynthesisVoice | undefined {
  const language = locale.slice(0, 2)
  const voices = speechSynthesis.getVoices()
  return (
    voices.find((one) => one.lang.replace('_', '-') === locale) ??
    voices.find((one) => one.lang.startsWith(language))
  )
}

/** Resolves when it has been said, at once where nothing can be said; whether it was. */
export function speak(text: string, locale: Locale): Promise<boolean> {
  if (!('speechSynthesis' in window)) return Promise.resolve(false)
  const voice = voiceFor(locale)
  if (!voice) return Promise.resolve(false)
  const words = new SpeechSynthesisUtterance(text)
  words.voice = voice
  words.lang = locale
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS)
    const finish = (said: boolean) => {
      clearTimeout(timer)
      resolve(said)
    }
    words.onend = () => finish(true)
    words.onerror = () => finish(false)
    speechSynthesis.cancel()
    speechSynthesis.speak(words)
  })
}

/** Whether this browser can speak at all; a page shows no button that does nothing. */
export const canSpeak = (): boolean => 'speechSynthesis' in window

export function hush(): void {
  if ('speechSynthesis' in window) speechSynthesis.cancel()
}
