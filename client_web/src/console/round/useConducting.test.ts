import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { endpoints } from '../api/endpoints'
import type { SessionView } from '../api/types'
import { useLocale } from '../i18n'
import { entryOf, roundOf } from '../logic/round_fixture'
import type { RoundEntry, RoundView } from '../logic/round_values'
import { useRound } from '../stores/round'
import { useSession } from '../stores/session'
import { useUndo } from '../stores/undo'
import { useConducting, type Conducting } from './useConducting'

const NEXT = roundOf([entryOf('a', { state: 'present' }), entryOf('b')], { current: 'b', version: 4 })

let confirmed: ReturnType<typeof vi.spyOn>

async function at(entry: Partial<RoundEntry> = {}, more: Partial<RoundView> = {}): Promise<Conducting> {
  vi.spyOn(endpoints, 'round').mockResolvedValue(
    roundOf([entryOf('a', entry), entryOf('b')], { current: 'a', ...more }),
  )
  let made!: Conducting
  mount({ setup: () => ((made = useConducting()), () => null) })
  await useRound().load('call')
  return made
}

const key = (conducting: Conducting, name: string) =>
  conducting.keys.value.find((one) => one.name === name)!

beforeEach(async () => {
  setActivePinia(createPinia())
  sessionStorage.clear()
  vi.restoreAllMocks()
  await useLocale('en')
  confirmed = vi.spyOn(endpoints, 'confirmInRound').mockResolvedValue(NEXT)
  useSession().view = { officer: { id: 'me' }, permissions: ['conduct'] } as unknown as SessionView
})

describe('one key where all is normal', () => {
  it('sends what is proposed, and offers to take it back', async () => {
    const conducting = await at()
    conducting.confirm()
    await flushPromises()
    expect(confirmed).toHaveBeenCalledWith('call', { entry_id: 'a', outcome: 'present', reason: 'by_eye', note: '' })
    expect(useUndo().last?.entryId).toBe('a')
    expect(conducting.entry.value?.entry_id).toBe('b')
  })

  it('gives the office’s own words where the reason wants some', async () => {
    const conducting = await at({
      exception: { reason: 'room_taken', note: '', at: '' },
      proposal: { outcome: 'excused', reason: 'other', because: ['exception_told'] },
    })
    conducting.confirm()
    await flushPromises()
    expect(confirmed.mock.calls[0]![1]).toMatchObject({ outcome: 'excused', note: 'meeting room taken' })
  })

  it('does nothing for who only watches, nor while it is suspended', async () => {
    const watching = await at({}, { conductor: { id: 'other', name: 'Wang' } })
    watching.confirm()
    const halted = await at({}, { state: 'suspended', version: 5 })
    halted.confirm()
    await flushPromises()
    expect(confirmed).not.toHaveBeenCalled()
  })
})

describe('an absence', () => {
  it('takes the same key twice', async () => {
    const conducting = await at()
    conducting.press(key(conducting, 'off_post'))
    await flushPromises()
    expect(confirmed).not.toHaveBeenCalled()
    conducting.press(key(conducting, 'unanswered'))
    await flushPromises()
    expect(confirmed).not.toHaveBeenCalled()
    conducting.press(key(conducting, 'unanswered'))
    await flushPromises()
    expect(confirmed.mock.calls[0]![1]).toMatchObject({ outcome: 'absent', reason: 'unanswered' })
  })

  it('is not armed any more for the next one', async () => {
    const conducting = await at()
    conducting.press(key(conducting, 'unanswered'))
    useRound().apply({ ...NEXT, entries: [] })
    await flushPromises()
    conducting.press(key(conducting, 'unanswered'))
    await flushPromises()
    expect(confirmed).not.toHaveBeenCalled()
  })
})

describe('what is asked before it counts', () => {
  it('is how one knows that somebody is there who is not on the screen', async () => {
    const conducting = await at({ connection: 'offline', session_id: null })
    conducting.press(key(conducting, 'normal'))
    await flushPromises()
    expect(conducting.step.value).toEqual({ kind: 'how' })
    expect(confirmed).not.toHaveBeenCalled()
  })

  it('are words for another excuse than those on the list', async () => {
    const conducting = await at()
    const other = { key: '4', name: 'other', reason: 'other' } as const
    await conducting.excuse(other)
    expect(confirmed).not.toHaveBeenCalled()
    expect(conducting.wanting.value).toBe(1)
    conducting.note.write('power cut')
    await conducting.excuse(other)
    expect(confirmed.mock.calls[0]![1]).toMatchObject({ outcome: 'excused', reason: 'other', note: 'power cut' })
  })
})

it('gives all who are open another turn, and calls the first of them', async () => {
  const open = roundOf(
    [entryOf('a', { seconds: 3 }), entryOf('b', { seconds: 2, state: 'present' }), entryOf('c', { seconds: 1 })],
    { current: null },
  )
  confirmed.mockResolvedValue(open)
  const called = vi.spyOn(endpoints, 'callInRound').mockResolvedValue(open)
  const conducting = await at({}, open)
  await conducting.again()
  expect(confirmed.mock.calls.map((one: unknown[]) => one[1])).toMatchObject([
    { entry_id: 'a', outcome: 'later', advance: false },
    { entry_id: 'c', outcome: 'later', advance: false },
  ])
  expect(called).toHaveBeenCalledWith('call', 'a')
})
