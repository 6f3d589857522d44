/** The console knows every state and reason that the domain knows; `roll_call/` is the source. */
import { readdirSync, readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import en from '@/locales/console.en.json'
import zh from '@/locales/console.zh-CN.json'

import { COUNT_GROUPS, groupStates } from './counts'
import { DEEDS } from './permissions'
import { outcomeReasons, REASONS } from './reasons'
import { ROLES, UNIT_KINDS } from './roles'
import { ENTRY_STATES, entryTone, ROLL_CALL_STATES, rollCallTone, urgency } from './states'

const ROOT = '..'

function sources(folder: string): string[] {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py'))
    .map((name) => readFileSync(`${ROOT}/${folder}/${name}`, 'utf8'))
}

const python = [...sources('roll_call'), readFileSync(`${ROOT}/server/access.py`, 'utf8')]

function holding(text: string): string {
  const found = python.find((source) => source.includes(text))
  if (found === undefined) throw new Error(`nowhere in the domain: ${text}`)
  return found
}

/** The values of a StrEnum, wherever it stands. */
function members(name: string): string[] {
  const heading = `class ${name}(StrEnum)`
  const source = holding(heading)
  const rest = source.slice(source.indexOf(heading) + heading.length)
  const end = rest.search(/\n\S/)
  const body = end < 0 ? rest : rest.slice(0, end)
  const values = [...body.matchAll(/^ {4}[A-Z_]+ = "([a-z_]+)"/gm)].map((match) => match[1]!)
  if (values.length === 0) throw new Error(`no members: ${name}`)
  return values
}

describe('states and reasons', () => {
  it('are those of the domain, no more and no fewer', () => {
    expect([...ENTRY_STATES].sort()).toEqual(members('EntryState').sort())
    expect([...ROLL_CALL_STATES].sort()).toEqual(members('RollCallState').sort())
    expect([...REASONS].sort()).toEqual(members('Reason').sort())
    expect([...ROLES].sort()).toEqual(members('Role').sort())
    expect([...UNIT_KINDS].sort()).toEqual(members('UnitKind').sort())
    expect(members('Verb')).toEqual(expect.arrayContaining([...DEEDS]))
  })

  it('each have a tone, a place in the list and a count', () => {
    for (const state of ENTRY_STATES) {
      expect(entryTone[state]).toBeTruthy()
      expect(urgency[state]).toBeTypeOf('number')
    }
    for (const state of ROLL_CALL_STATES) expect(rollCallTone[state]).toBeTruthy()
    const counted = COUNT_GROUPS.flatMap((group) => groupStates[group])
    expect([...counted, 'void'].sort()).toEqual([...ENTRY_STATES].sort())
  })

  it('are worded in both languages', () => {
    for (const words of [zh, en] as Record<string, string>[]) {
      for (const state of ENTRY_STATES) expect(words[`entry.state.${state}`]).toBeTruthy()
      for (const state of ROLL_CALL_STATES) expect(words[`rollCall.state.${state}`]).toBeTruthy()
      for (const reason of REASONS) {
        expect(words[`reason.${reason}`]).toBeTruthy()
        expect(words[`explain.${reason}`]).toBeTruthy()
      }
      for (const reason of Object.values(outcomeReasons).flat()) {
        expect(words[`ground.${reason}`]).toBeTruthy()
      }
      for (const role of ROLES) expect(words[`role.${role}`]).toBeTruthy()
      for (const kind of UNIT_KINDS) expect(words[`unitKind.${kind}`]).toBeTruthy()
      for (const problem of members('FaceProblem')) {
        expect(words[`problem.${problem}`]).toBeTruthy()
      }
      for (const verdict of members('VerificationState')) {
        expect(words[`verdict.${verdict}`]).toBeTruthy()
      }
      for (const code of members('Because')) expect(words[`round.because.${code}`]).toBeTruthy()
      for (const why of members('Inconclusive')) {
        expect(words[`inconclusive.${why}`]).toBeTruthy()
      }
    }
  })

  it('offer exactly the reasons that the domain allows for a decision', () => {
    const source = holding('PRESENT_REASONS = frozenset')
    for (const [outcome, offered] of Object.entries(outcomeReasons)) {
      const set = new RegExp(`${outcome.toUpperCase()}_REASONS = frozenset\\(([^)]*)\\)`).exec(source)
      const allowed = [...set![1]!.matchAll(/Reason\.([A-Z_]+)/g)].map((m) => m[1]!.toLowerCase())
      expect([...offered].sort(), outcome).toEqual(allowed.sort())
    }
  })
})
