import { describe, expect, it } from 'vitest'

import { matching, shuffled, toggleAll } from './pick'

const persons = [
  { id: '1', name: '王秀英', dossier_number: 'QH-001', office_ids: ['a'] },
  { id: '2', name: '李建国', dossier_number: 'QH-002', office_ids: ['a', 'b'] },
  { id: '3', name: '张伟', dossier_number: 'QH-003', office_ids: ['b'] },
]

describe('choosing persons', () => {
  it('finds those of an office, the twice listed included', () => {
    expect(matching(persons, new Set(['b']), '').map((one) => one.id)).toEqual(['2', '3'])
  })

  it('searches name and dossier, every word', () => {
    expect(matching(persons, new Set(), 'qh 建国').map((one) => one.id)).toEqual(['2'])
  })

  it('takes all that are shown, then none of them, and leaves the others', () => {
    const all = toggleAll(new Set(['3']), persons.slice(0, 2))
    expect([...all].sort()).toEqual(['1', '2', '3'])
    expect([...toggleAll(all, persons.slice(0, 2))]).toEqual(['3'])
  })
})

describe('a random order', () => {
  it('has everybody once, whatever chance says', () => {
    for (const chance of [0, 0.5, 0.999]) {
      expect(shuffled(['a', 'b', 'c', 'd'], () => chance).sort()).toEqual(['a', 'b', 'c', 'd'])
    }
  })

  it('lets anybody be the first', () => {
    const firsts = new Set<string>()
    for (let n = 0; n < 60; n++) firsts.add(shuffled(['a', 'b', 'c'], Math.random)[0]!)
    expect(firsts.size).toBe(3)
  })
})
