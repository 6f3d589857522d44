import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { endpoints } from '../api/endpoints'
import { entryOf, roundOf } from '../logic/round_fixture'
import { useRound } from './round'

const body = { entry_id: 'a', outcome: 'present' as const, reason: 'by_eye' as const, note: '' }

beforeEach(() => {
  setActivePinia(createPinia())
  vi.restoreAllMocks()
})

async function shown() {
  const round = useRound()
  vi.spyOn(endpoints, 'round').mockResolvedValue(roundOf([entryOf('a'), entryOf('b')], { current: 'a' }))
  await round.load('call')
  return round
}

describe('the round on the screen', () => {
  it('knows whose turn it is and what comes after a decision', async () => {
    const round = await shown()
    expect(round.current?.entry_id).toBe('a')
    const after = roundOf([entryOf('a', { state: 'present' }), entryOf('b')], { current: 'b', version: 4 })
    vi.spyOn(endpoints, 'confirmInRound').mockResolvedValue(after)
    expect(await round.confirm(body)).toBe(true)
    expect(round.current?.entry_id).toBe('b')
  })

  it('takes no second decision while the first is on its way', async () => {
    const round = await shown()
    let answer = (_: ReturnType<typeof roundOf>): void => undefined
    const sent = vi
      .spyOn(endpoints, 'confirmInRound')
      .mockReturnValue(new Promise((resolve) => (answer = resolve)))
    const first = round.confirm(body)
    expect(await round.confirm(body)).toBe(false)
    answer(roundOf([entryOf('a')], { version: 4 }))
    await first
    expect(sent).toHaveBeenCalledTimes(1)
    expect(round.busy).toBe(false)
  })

  it('shows how it stands after a refusal: another officer was quicker', async () => {
    const round = await shown()
    vi.spyOn(endpoints, 'confirmInRound').mockRejectedValue(new Error('not_conductor'))
    vi.spyOn(endpoints, 'round').mockResolvedValue(
      roundOf([entryOf('a')], { version: 7, conductor: { id: 'other', name: 'Wang' } }),
    )
    await expect(round.confirm(body)).rejects.toThrow()
    expect(round.view?.conductor?.name).toBe('Wang')
    expect(round.busy).toBe(false)
  })

  it('does not go back to an answer that a message has overtaken', async () => {
    const round = await shown()
    vi.spyOn(endpoints, 'promptInRound').mockImplementation(() => {
      round.apply(roundOf([], { version: 9, current: 'b' }))
      return Promise.resolve(roundOf([entryOf('a')], { version: 4, current: 'a' }))
    })
    await round.prompt('a')
    expect(round.view?.version).toBe(9)
    expect(round.view?.current).toBe('b')
  })
})
