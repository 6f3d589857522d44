import { expect, it } from 'vitest'

import type { UnitView } from '../api/types'
import { branches, pathTo, placesFor, within } from './tree'

const unit = (id: string, parent_id: string | null): UnitView => ({
  id,
  name: id,
  kind: 'county_bureau',
  parent_id,
  phone: '',
})
const UNITS = [
  unit('所10', '县'),
  unit('所9', '县'),
  unit('县', '市'),
  unit('市', '省'),
  unit('省', null),
  unit('监狱', '市'),
]
const byId = (id: string) => UNITS.find((one) => one.id === id) as UnitView

it('makes a tree with children by name, numbers as numbers', () => {
  const [root, ...others] = branches(UNITS, 'zh-CN')
  expect(others).toEqual([])
  expect(root?.unit.id).toBe('省')
  const county = root?.children[0]?.children.find((one) => one.unit.id === '县')
  expect(county?.children.map((one) => one.unit.id)).toEqual(['所9', '所10'])
})

it('shows a branch whose top is out of sight', () => {
  const mine = UNITS.filter((one) => within(UNITS, '县').has(one.id))
  expect(branches(mine, 'zh-CN').map((one) => one.unit.id)).toEqual(['县'])
})

it('knows the way down to a unit', () => {
  expect(pathTo(UNITS, byId('所9')).map((one) => one.id)).toEqual(['省', '市', '县'])
  expect(pathTo(UNITS, byId('省'))).toEqual([])
})

it('offers no place inside the unit itself, nor the one where it stands', () => {
  expect(placesFor(UNITS, byId('县')).map((one) => one.id)).toEqual(['省', '监狱'])
})
