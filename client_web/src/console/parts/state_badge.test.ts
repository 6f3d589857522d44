import { mount } from '@vue/test-utils'
import { beforeAll, expect, it } from 'vitest'

import { useLocale } from '../i18n'
import StateBadge from './StateBadge.vue'

beforeAll(() => useLocale('zh-CN'))

it.each([
  [false, '核验中'],
  [true, '已接通'],
])('who is verified and who is only connected (unit: %s)', (unit, said) => {
  const badge = mount(StateBadge, { props: { of: 'entry', state: 'in_session', unit } })
  expect(badge.text()).toBe(said)
})
