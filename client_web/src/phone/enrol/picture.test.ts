import { expect, it } from 'vitest'

import { firstShortEnough, sizeOf } from './picture'

it('keeps the shape of the camera and makes it no longer than 640 pixels', () => {
  expect(sizeOf(640, 480)).toEqual([640, 480])
  expect(sizeOf(1080, 1920)).toEqual([360, 640])
  expect(sizeOf(320, 240)).toEqual([320, 240])
})

it('takes the best quality that the server takes, or none', () => {
  const data = (characters: number) => () => `data:image/jpeg;base64,${'A'.repeat(characters)}`
  expect(firstShortEnough([data(400_001), data(400_000), data(9)])).toHaveLength(400_000 + 23)
  expect(firstShortEnough([data(400_001)])).toBeNull()
})
