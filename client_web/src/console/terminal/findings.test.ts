import { expect, it } from 'vitest'

import { cameraCheck, levelDb, lightOf, median, meter, microphoneCheck, networkCheck, stoodOut } from './findings'

const pixels = (...grey: number[]) => new Uint8ClampedArray(grey.flatMap((one) => [one, one, one, 255]))

it.each([
  ['no picture', null, 'fault'],
  ['a lid', lightOf(pixels(1, 2, 1, 2)), 'fault'],
  ['a dark room with something in it', lightOf(pixels(0, 0, 0, 20)), 'ok'],
  ['a white wall', lightOf(pixels(250, 250, 250)), 'ok'],
] as const)('camera: %s', (_, light, check) => {
  expect(cameraCheck(light)).toBe(check)
})

it('measures loudness below full scale', () => {
  expect(levelDb(new Float32Array([1, -1, 1, -1]))).toBeCloseTo(0)
  expect(levelDb(new Float32Array([0.1, -0.1]))).toBeCloseTo(-20)
  expect(levelDb(new Float32Array(8))).toBe(-120)
  expect([meter(-120), meter(-40), meter(0)]).toEqual([0, 0.5, 1])
})

it.each([
  [null, 'fault'],
  [-120, 'fault'],
  [-75, 'ok'],
] as const)('microphone at %s dB: %s', (peak, check) => {
  expect(microphoneCheck(peak)).toBe(check)
})

it('hears the tone only where it stands out', () => {
  const bins = new Float32Array(64).fill(-80)
  expect(stoodOut(bins, 30)).toBe(false)
  bins[31] = -50
  expect(stoodOut(bins, 30)).toBe(true)
  expect(stoodOut(bins.fill(-Infinity), 30)).toBe(false)
})

it.each([
  [null, 2, 'fault'],
  [20, 0, 'fault'],
  [20, 1, 'ok'],
  [2000, 1, 'fault'],
] as const)('network of %s ms with %s addresses: %s', (ms, candidates, check) => {
  expect(networkCheck(ms, candidates)).toBe(check)
})

it('takes the middle value', () => {
  expect([median([3, 1, 2]), median([])]).toEqual([2, null])
})
