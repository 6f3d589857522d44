/** Whether a CSS media query holds now. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

export function useMediaQuery(query: string): Readonly<Ref<boolean>> {
  const list = matchMedia(query)
  const holds = ref(list.matches)
  const change = (event: MediaQueryListEvent) => (holds.value = event.matches)
  list.addEventListener('change', change)
  onBeforeUnmount(() => list.removeEventListener('change', change))
  return holds
}
