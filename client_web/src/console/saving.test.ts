import { describe, expect, it, vi } from 'vitest'

import { useSaving } from './saving'

describe('a dialog that saves', () => {
  it('stays open with the error, and closes when it has worked', async () => {
    const write = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('offline'))
    const done = vi.fn()
    const { open, busy, error, save } = useSaving(write, done)

    await save()
    expect([open.value, busy.value]).toEqual([true, false])
    expect(error.value).toBeInstanceOf(Error)
    expect(done).not.toHaveBeenCalled()

    write.mockResolvedValueOnce('saved')
    await save()
    expect([open.value, busy.value, error.value]).toEqual([false, false, null])
    expect(done).toHaveBeenCalledWith('saved')
  })
})
