/** How much room an element has, in CSS pixels. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export function useElementSize(element: Readonly<Ref<HTMLElement | null>>) {
  const width = ref(0)
  const height = ref(0)
  const observer = new ResizeObserver(([seen]) => {
    width.value = seen?.contentRect.width ?? 0
    height.value = seen?.contentRect.height ?? 0
  })
  onMounted(() => element.value && observer.observe(element.value))
  onBeforeUnmount(() => observer.disconnect())
  return { width, height }
}
