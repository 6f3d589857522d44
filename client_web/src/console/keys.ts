/**
 * Keyboard paths. A page says which keys it knows; `?` lists them. Keys rest while somebody types
 * or a dialog has the focus. A binding of two letters ("g t") is one after the other.
 */
import { computed, onBeforeUnmount, onMounted, shallowRef } from 'vue'

export interface KeyBinding {
  keys: string
  /** Dictionary key of what it does. */
  label: string
  run: () => void
}

const SEQUENCE_LIMIT_MS = 1200
const layers = shallowRef<readonly (readonly KeyBinding[])[]>([])
let prefix: { key: string; at: number } | null = null

/** All keys that work now, the innermost page's first. */
export const activeKeys = computed(() => [...layers.value].reverse().flat())

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.matches('input, textarea, select, [contenteditable="true"]')
}

/** Enter and the space bar belong to the button that somebody has walked to by keys. */
function isPressing(event: KeyboardEvent): boolean {
  const { key, target } = event
  if ((key !== 'Enter' && key !== ' ') || !(target instanceof HTMLElement)) return false
  return target.matches('button, a[href], summary, [role="button"], [role="tab"], [role="radio"]') &&
    target.matches(':focus-visible')
}

function isBusyElsewhere(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"]') !== null
}

export function findBinding(
  bindings: readonly KeyBinding[],
  key: string,
  before: string | null,
): KeyBinding | undefined {
  if (before !== null) return bindings.find((one) => one.keys === `${before} ${key}`)
  return bindings.find((one) => one.keys === key)
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
  if (isTyping(event.target) || isBusyElsewhere(event.target) || isPressing(event)) return
  const before = prefix && Date.now() - prefix.at < SEQUENCE_LIMIT_MS ? prefix.key : null
  prefix = null
  const bindings = activeKeys.value
  const found = findBinding(bindings, event.key, before)
  if (found) {
    event.preventDefault()
    // A key that is held down counts once, so that nobody decides about the next one unseen; arrows walk.
    if (!event.repeat || event.key.startsWith('Arrow')) found.run()
  } else if (bindings.some((one) => one.keys.startsWith(`${event.key} `))) {
    prefix = { key: event.key, at: Date.now() }
  }
}

/** Listen to keys: once, in the shell. */
export function useKeyboard(): void {
  onMounted(() => document.addEventListener('keydown', onKeyDown))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKeyDown))
}

/** Keys of a page or a part of it, for as long as it is on the screen. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  onMounted(() => {
    layers.value = [...layers.value, bindings]
  })
  onBeforeUnmount(() => {
    layers.value = layers.value.filter((layer) => layer !== bindings)
  })
}
