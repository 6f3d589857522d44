import { afterEach, expect, it, vi } from 'vitest'

import { vibrate } from './vibrate'

afterEach(() => vi.unstubAllGlobals())

it.each([
  ['a page that was tapped', { hasBeenActive: true }, 1],
  ['a page that nobody has tapped', { hasBeenActive: false }, 0],
  ['a browser that does not tell', undefined, 1],
])('vibrates as it may: %s', (_, userActivation, times) => {
  const motor = vi.fn()
  vi.stubGlobal('navigator', { userActivation, vibrate: motor })
  vibrate([80, 80])
  expect(motor).toHaveBeenCalledTimes(times)
})

it('does nothing on a phone without a motor', () => {
  vi.stubGlobal('navigator', { userActivation: { hasBeenActive: true } })
  expect(() => vibrate(80)).not.toThrow()
})
