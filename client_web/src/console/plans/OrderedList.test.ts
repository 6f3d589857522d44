import { mount } from '@vue/test-utils'
import { nextTick, ref } from 'vue'
import { describe, expect, it } from 'vitest'

import type { ExclusionValue } from '../api/types'
import OrderedList from './OrderedList.vue'

const NAMES = new Map([
  ['a', '甲'],
  ['b', '乙'],
  ['c', '丙'],
])

function shown() {
  const ids = ref(['a', 'b', 'c'])
  const exclusions = ref<ExclusionValue[]>([
    { subject_kind: 'unit', subject_id: 'b', reason: '检修', until: null },
  ])
  const list = mount(OrderedList, {
    attachTo: document.body,
    props: {
      names: NAMES,
      kind: 'unit',
      ids: ids.value,
      exclusions: exclusions.value,
      'onUpdate:ids': (next: string[]) => void list.setProps({ ids: (ids.value = next) }),
      'onUpdate:exclusions': (next: ExclusionValue[]) =>
        void list.setProps({ exclusions: (exclusions.value = next) }),
    },
  })
  const press = async (id: string, key: string, altKey = false) => {
    await list.get(`[data-member="${id}"]`).trigger('keydown', { key, altKey })
    await nextTick()
    await nextTick()
  }
  return { ids, exclusions, list, press }
}

describe('the order of a call list', () => {
  it('is changed by Alt with the arrows, and the row keeps the focus', async () => {
    const { ids, press } = shown()
    await press('c', 'ArrowUp', true)
    expect(ids.value).toEqual(['a', 'c', 'b'])
    expect(document.activeElement?.getAttribute('data-member')).toBe('c')
    await press('c', 'ArrowUp', true)
    await press('c', 'ArrowUp', true)
    expect(ids.value).toEqual(['c', 'a', 'b'])
  })

  it('is left as it is by the arrows alone, which go from row to row', async () => {
    const { ids, press } = shown()
    await press('a', 'ArrowDown')
    expect(ids.value).toEqual(['a', 'b', 'c'])
    expect(document.activeElement?.getAttribute('data-member')).toBe('b')
  })

  it('loses whoever is taken off, with what was said about them', async () => {
    const { ids, exclusions, press } = shown()
    await press('b', 'Delete')
    expect(ids.value).toEqual(['a', 'c'])
    expect(exclusions.value).toEqual([])
  })

  it('takes no key that was meant for a field in the row', async () => {
    const { ids, list } = shown()
    await list.get('[data-member="b"] input').trigger('keydown', { key: 'Delete' })
    expect(ids.value).toEqual(['a', 'b', 'c'])
  })
})
