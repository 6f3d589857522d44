import { describe, expect, it } from 'vitest'

import { findBinding, isTyping } from './keys'

const bindings = [
  { keys: 'n', label: 'a', run: () => undefined },
  { keys: 'g t', label: 'b', run: () => undefined },
]

describe('keys', () => {
  it('are single or one after the other', () => {
    expect(findBinding(bindings, 'n', null)?.label).toBe('a')
    expect(findBinding(bindings, 't', 'g')?.label).toBe('b')
    expect(findBinding(bindings, 't', null)).toBeUndefined()
    expect(findBinding(bindings, 'n', 'g')).toBeUndefined()
  })

  it('rest while somebody types', () => {
    expect(isTyping(document.createElement('textarea'))).toBe(true)
    expect(isTyping(document.createElement('button'))).toBe(false)
    expect(isTyping(null)).toBe(false)
  })
})
