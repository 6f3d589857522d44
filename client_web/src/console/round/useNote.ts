/** The officer's words about the one whose turn it is; kept until they are sent, over a reload too. */
import { ref, watch, type Ref } from 'vue'

const STORED = 'rollcall.console.round.note.'

export function useNote(entry: Ref<string | null>) {
  const text = ref('')

  watch(
    entry,
    (id) => (text.value = id === null ? '' : (sessionStorage.getItem(STORED + id) ?? '')),
    { immediate: true },
  )

  function write(words: string): void {
    text.value = words
    if (entry.value === null) return
    if (words) sessionStorage.setItem(STORED + entry.value, words)
    else sessionStorage.removeItem(STORED + entry.value)
  }

  /** They have been sent. */
  function forget(id: string): void {
    sessionStorage.removeItem(STORED + id)
    if (entry.value === id) text.value = ''
  }

  return { text, write, forget }
}
