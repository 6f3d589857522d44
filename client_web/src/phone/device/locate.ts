/** The phone's position, asked for once; whatever happens is an answer that is taken as it is. */

import type { LocationReply } from '../flow/state'

const OPTIONS: PositionOptions = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 }

/** GeolocationPositionError codes (W3C Geolocation). */
const WHY = { 1: 'denied', 2: 'unavailable', 3: 'timeout' } as const

const declined = (code: number): LocationReply => ({
  type: 'location_declined',
  why: WHY[code as keyof typeof WHY] ?? 'unavailable',
})

export function locateOnce(): Promise<LocationReply> {
  return new Promise((resolve) => {
    const locator = navigator.geolocation
    if (!locator) return resolve(declined(2))
    locator.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) =>
        resolve({ type: 'location', latitude, longitude, accuracy_m: Math.min(accuracy, 1e7) }),
      (error) => resolve(declined(error.code)),
      OPTIONS,
    )
  })
}
