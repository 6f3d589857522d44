/** Both dictionaries say the same things, and every key that the code names is there. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import en from '@/locales/console.en.json'
import zh from '@/locales/console.zh-CN.json'

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(vue|ts)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : []
  })
}

it('have the same keys and the same places to fill', () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
  const chinese: Record<string, string> = zh
  for (const [key, text] of Object.entries(en)) expect(places(text), key).toEqual(places(chinese[key]!))
})

it('hold every key that the code asks for', () => {
  const families = new Set(Object.keys(zh).map((key) => key.split('.')[0]))
  const asked = sources('src/console').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/'([a-z]\w*(?:\.\w+)+)'/g)]
      .map((match) => match[1]!)
      .filter((key) => families.has(key.split('.')[0])),
  )
  const prefixes = new Set([
    'alert.exception',
    'connection.fault',
    'delivery.outcome',
    'delivery.way',
    'camera.state',
    'entry.state',
    'player.failure',
    'player.gap',
    'player.side',
    'reply.health',
    'reply.where',
    'rollCall.state',
    'round.because',
    'round.exception',
    'round.mark',
    'round.reach',
    'round.selfTest',
    'round.tried',
    'self.state',
    'terminal.detail',
  ])
  const missing = asked.filter((key) => !(key in zh) && !prefixes.has(key))
  expect(missing).toEqual([])
})

it('speak Chinese in Chinese and no Chinese in English', () => {
  const han = /\p{Script=Han}/u
  expect(Object.entries(en).filter(([, text]) => han.test(text))).toEqual([])
})
