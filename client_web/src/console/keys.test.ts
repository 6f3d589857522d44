import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { findBinding, isTyping, useKeyboard, useKeys } from './keys'

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

describe('pressing', () => {
  function listening() {
    const run = vi.fn()
    const page = mount({
      setup() {
        useKeyboard()
        useKeys([
          { keys: 'Enter', label: '', run },
          { keys: 'ArrowLeft', label: '', run },
        ])
        return () => null
      },
    })
    return { run, page }
  }

  const press = (key: string, repeat = false) =>
    document.dispatchEvent(new KeyboardEvent('keydown', { key, repeat }))

  it('counts once while a key is held down: nobody is decided about unseen', () => {
    const { run, page } = listening()
    press('Enter')
    press('Enter', true)
    press('Enter', true)
    expect(run).toHaveBeenCalledTimes(1)
    page.unmount()
  })

  it('lets a held arrow walk on', () => {
    const { run, page } = listening()
    press('ArrowLeft')
    press('ArrowLeft', true)
    expect(run).toHaveBeenCalledTimes(2)
    page.unmount()
  })
})
