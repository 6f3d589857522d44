import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Typed, UnitFigures } from '../api/duty'
import { ApiError } from '../api/request'
import { Draft } from './draft'

const KEY = 'rollcall.figures.u.2026-11-20'
const FIGURES = { status: 'draft' } as UnitFigures
let saves: [Typed, boolean][] = []

function draft(save: (typed: Typed, done: boolean) => Promise<UnitFigures>, initial: Typed = {}): Draft {
  return new Draft(
    KEY,
    initial,
    (typed, done) => {
      saves.push([typed, done])
      return save(typed, done)
    },
    () => undefined,
  )
}

const works = () => Promise.resolve(FIGURES)
const offline = () => Promise.reject(new ApiError(0, 'unreachable', ''))

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  saves = []
})
afterEach(() => vi.useRealTimers())

it('saves as typed a moment after the last key, once', async () => {
  const one = draft(works)
  one.type('people', '1')
  one.type('people', '12')
  expect(one.saved.value).toBe('unsaved')
  await vi.advanceTimersByTimeAsync(1000)
  expect(saves).toEqual([[{ people: '12' }, false]])
  expect([one.saved.value, localStorage.getItem(KEY)]).toEqual(['saved', null])
})

it('is there again after a reload that came before the server had it', async () => {
  draft(works).type('people', '12')
  vi.clearAllTimers()
  const again = draft(works, { people: '', note: 'x' })
  expect(again.typed).toEqual({ people: '12', note: 'x' })
  await vi.advanceTimersByTimeAsync(0)
  expect(saves.at(-1)).toEqual([{ people: '12', note: 'x' }, false])
})

it('keeps trying without a line and says that it is not saved', async () => {
  const one = draft(offline)
  one.type('people', '12')
  await vi.advanceTimersByTimeAsync(1000)
  expect([one.saved.value, one.error.value]).toEqual(['unsaved', null])
  expect(localStorage.getItem(KEY)).not.toBeNull()
  await vi.advanceTimersByTimeAsync(6000)
  expect(saves.length).toBe(2)
})

it('says why it was not handed in, and what was typed is safe', async () => {
  const refused = new ApiError(400, 'figure_not_a_number', 'no number', { field: 'people' })
  const one = draft((_, done) => (done ? Promise.reject(refused) : works()))
  one.type('people', 'a dozen')
  expect(await one.handIn()).toBe(false)
  expect([one.error.value, one.saved.value]).toEqual([refused, 'saved'])
})

it('does not go on trying once the figures are locked', async () => {
  const one = draft(() => Promise.reject(new ApiError(409, 'figures_locked', 'locked')))
  one.type('people', '12')
  await vi.advanceTimersByTimeAsync(30_000)
  expect(saves.length).toBe(1)
  expect(one.error.value).toBeInstanceOf(ApiError)
})
