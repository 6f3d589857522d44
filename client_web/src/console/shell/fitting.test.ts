import { expect, it } from 'vitest'

import { fitting } from './fitting'

it('shows every place where all of them fit, without keeping room for "more"', () => {
  expect(fitting([100, 100, 100], 300, 80)).toBe(3)
})

it('keeps room for "more" as soon as one does not fit', () => {
  expect(fitting([100, 100, 100], 299, 80)).toBe(2)
  expect(fitting([100, 100, 100], 279, 80)).toBe(1)
})

it('leaves all of them under "more" where there is no room at all', () => {
  expect(fitting([100, 100], 60, 80)).toBe(0)
  expect(fitting([], 0, 80)).toBe(0)
})
