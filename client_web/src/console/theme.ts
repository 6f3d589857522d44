/** Light for desk work, dark for the wall; the choice is remembered on this machine. */
import { ref } from 'vue'

export type Theme = 'light' | 'dark'

const STORED = 'rollcall.console.theme'

export const theme = ref<Theme>('light')

export function applyTheme(wanted: Theme): void {
  theme.value = wanted
  document.documentElement.classList.toggle('dark', wanted === 'dark')
  localStorage.setItem(STORED, wanted)
}

export function restoreTheme(): void {
  applyTheme(localStorage.getItem(STORED) === 'dark' ? 'dark' : 'light')
}
