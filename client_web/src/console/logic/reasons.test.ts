import { describe, expect, it } from 'vitest'

import { noteRequired, suggestedReason } from './reasons'

describe('a decision', () => {
  it('needs a note when it is an absence, a void, or another reason', () => {
    expect(noteRequired('absent', 'unanswered')).toBe(true)
    expect(noteRequired('void', 'cancelled')).toBe(true)
    expect(noteRequired('present', 'other')).toBe(true)
    expect(noteRequired('present', 'by_phone')).toBe(false)
  })

  it("starts from the case's own reason where that is a ground for it", () => {
    expect(suggestedReason('absent', 'mismatch')).toBe('mismatch')
    expect(suggestedReason('excused', 'technical_failure')).toBe('technical_failure')
    expect(suggestedReason('absent', 'technical_failure')).toBe('never_reached')
    expect(suggestedReason('present', null)).toBe('by_eye')
    expect(suggestedReason('present', 'other')).toBe('by_eye')
  })
})
