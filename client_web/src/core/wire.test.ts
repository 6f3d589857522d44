import { readdirSync, readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('names every message of the server, and no other', () => {
  const server = '../../../server/'
  const files = readdirSync(new URL(server, import.meta.url)).filter((one) => /messages\.py$/.test(one))
  const theirs = files.flatMap((one) => [
    ...read(server + one).matchAll(/^ {4}type: Literal\["(\w+)"\]/gm),
  ])
  const ours = [...read('./wire.ts').matchAll(/\btype: ('\w+'(?: \| '\w+')*)/g)].flatMap((match) => [
    ...match[1]!.matchAll(/'(\w+)'/g),
  ])
  const names = (found: Iterable<RegExpMatchArray>) => [...new Set([...found].map((m) => m[1]))].sort()
  expect(names(ours)).toEqual(names(theirs))
})

it('knows every face problem of the server', () => {
  const theirs = read('../../../roll_call/face_problem.py').matchAll(/^ {4}[A-Z_]+ = "(\w+)"$/gm)
  const union = /FaceProblem =([\s\S]*?)\n\n/.exec(read('./wire.ts'))?.[1] ?? ''
  const ours = [...union.matchAll(/'(\w+)'/g)].map((match) => match[1])
  expect(ours.sort()).toEqual([...theirs].map((match) => match[1]).sort())
})
