/** The server's time, ticking: a desk whose own clock is wrong still shows right seconds. */
import { computed, ref } from 'vue'

import { locale } from './i18n'
import type { Zone } from './logic/moments'

const skewMs = ref(0)
const localNow = ref(Date.now())

/** Milliseconds since the epoch by the server's clock, renewed every second. */
export const now = computed(() => localNow.value + skewMs.value)

const timeZone = ref('Asia/Shanghai')

export const zone = computed<Zone>(() => ({ timeZone: timeZone.value, locale: locale.value }))

export function setTimeZone(name: string): void {
  timeZone.value = name
}

/** Take the server's word for what time it is. */
export function setServerTime(at: string): void {
  const server = new Date(at).getTime()
  if (Number.isFinite(server)) skewMs.value = server - Date.now()
}

/** Look at the clock now, for what begins at this very moment. */
export function freshen(): void {
  localNow.value = Date.now()
}

export function startClock(): void {
  setInterval(freshen, 1000)
}
