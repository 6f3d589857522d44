import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import enrolEn from '@/locales/phone/enrol.en.json'
import enrolZh from '@/locales/phone/enrol.zh-CN.json'
import firstEn from '@/locales/phone/first.en.json'
import firstZh from '@/locales/phone/first.zh-CN.json'
import noticesEn from '@/locales/phone/notices.en.json'
import noticesZh from '@/locales/phone/notices.zh-CN.json'
import restEn from '@/locales/phone/rest.en.json'
import restZh from '@/locales/phone/rest.zh-CN.json'

const zh: Record<string, string> = { ...firstZh, ...restZh, ...enrolZh, ...noticesZh }
const en: Record<string, string> = { ...firstEn, ...restEn, ...enrolEn, ...noticesEn }

it('says everything in both languages', () => {
  expect(Object.keys(firstEn)).toEqual(Object.keys(firstZh))
  expect(Object.keys(restEn)).toEqual(Object.keys(restZh))
  expect(Object.keys(noticesEn)).toEqual(Object.keys(noticesZh))
  expect(Object.keys(enrolEn)).toEqual(Object.keys(enrolZh))
  for (const [key, text] of Object.entries({ ...zh })) {
    expect(text.trim(), key).not.toBe('')
    expect(en[key]?.trim(), key).not.toBe('')
  }
})

it('has the same places to fill in both languages', () => {
  const places = (text: string | undefined) => [...(text ?? '').matchAll(/\{\w+\}/g)].map(String).sort()
  for (const key of Object.keys(zh)) expect(places(en[key]), key).toEqual(places(zh[key]))
})

it('leaves no text that is never shown', () => {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const files = readdirSync(root, { recursive: true }).map(String)
  const code = files
    .filter((name) => /(?<!\.test)\.(ts|vue)$/.test(name))
    .map((name) => readFileSync(join(root, name), 'utf8'))
    .join('\n')
  // Keys made from a code appear with `${...}` in one place of theirs.
  const patterns = [...code.matchAll(/[`'"]([a-z_]+(?:\.(?:[a-z_0-9]+|\$\{[^`]*?\}[a-z_]*))+)[`'"]/g)]
    .map((match) => (match[1] ?? '').replace(/\$\{[^`]*?\}/g, '*'))
    .map((key) => new RegExp(`^${key.replace(/\./g, '\\.').replace(/\*/g, '.+')}$`))
  // `${key}.title` of the message screen, whose key is itself a pattern.
  patterns.push(/^(link_problem\.\w+|superseded|failure)\.(title|text)$/)
  const unused = Object.keys(zh).filter((key) => !patterns.some((pattern) => pattern.test(key)))
  expect(unused).toEqual([])
})

it('never speaks of a score, and never blames', () => {
  const blame = /(分数|得分|相似度|您的错|失败|score|similarity|your mistake|you failed|wrong movement)/i
  for (const text of [...Object.values(zh), ...Object.values(en)]) expect(text).not.toMatch(blame)
})
