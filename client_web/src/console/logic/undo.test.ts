import { describe, expect, it } from 'vitest'

import { secondsLeft, undoable } from './undo'

const NOW = Date.UTC(2026, 0, 5, 1, 0, 0)
const decided = { entryId: 'e1', name: '王', outcome: 'absent' }

describe('undo', () => {
  it('is open for ten seconds', () => {
    const undo = undoable(decided, NOW)
    expect(secondsLeft(undo, NOW)).toBe(10)
    expect(secondsLeft(undo, NOW + 9_001)).toBe(1)
    expect(secondsLeft(undo, NOW + 10_000)).toBe(0)
    expect(secondsLeft(undo, NOW + 60_000)).toBe(0)
  })

  it("takes the server's word for how long", () => {
    const undo = undoable(decided, NOW, new Date(NOW + 4_000).toISOString())
    expect(secondsLeft(undo, NOW)).toBe(4)
  })

  it('never shows more than the window, though this clock is behind', () => {
    const undo = undoable(decided, NOW, new Date(NOW + 10_300).toISOString())
    expect(secondsLeft(undo, NOW)).toBe(10)
  })
})
