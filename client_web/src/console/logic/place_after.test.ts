import { expect, it } from 'vitest'

import { placeAfter } from './place_after'

it.each([
  ['/round/1', '/round/1'],
  ['//elsewhere.example', '/today'],
  ['https://elsewhere.example', '/today'],
  [undefined, '/today'],
  [['/a', '/b'], '/today'],
])('%j leads to %s', (next, place) => {
  expect(placeAfter(next)).toBe(place)
})
