import { expect, it, vi } from 'vitest'

import { guardBackButton } from './back_button'

it('turns the back button into a step back inside a check-in, and lets go outside', () => {
  let leavable = true
  const onBack = vi.fn()
  const leave = vi.spyOn(history, 'back').mockImplementation(() => undefined)
  const push = vi.spyOn(history, 'pushState')
  const guard = guardBackButton(() => leavable, onBack)

  guard.update()
  expect(push).not.toHaveBeenCalled()

  leavable = false
  guard.update()
  guard.update()
  expect(push).toHaveBeenCalledOnce()

  dispatchEvent(new PopStateEvent('popstate'))
  expect(onBack).toHaveBeenCalledOnce()
  expect(push).toHaveBeenCalledTimes(2)
  expect(leave).not.toHaveBeenCalled()

  leavable = true
  dispatchEvent(new PopStateEvent('popstate'))
  expect(leave).toHaveBeenCalledOnce()
})
