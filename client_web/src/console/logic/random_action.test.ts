import { expect, it } from 'vitest'

import en from '@/locales/console.en.json'

import { ACTIONS, anotherAction } from './random_action'

it('never asks for the same twice in a row, and can ask for every one', () => {
  for (const before of ACTIONS) {
    const drawn = new Set(Array.from({ length: 100 }, (_, n) => anotherAction(before, n / 100)))
    expect(drawn.has(before)).toBe(false)
    expect(drawn.size).toBe(ACTIONS.length - 1)
  }
})

it('is worded', () => {
  const words: Record<string, string> = en
  for (const action of ACTIONS) expect(words[`round.action.${action}`]).toBeTruthy()
})
