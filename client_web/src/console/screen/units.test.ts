import { describe, expect, it } from 'vitest'

import type { MapView, ScreenUnit } from '../api/reports'
import { grouped, isPlaced, mapOption, unitTone } from './units'
import type { Palette } from '../reports/chart_options'

const unit = (id: string, more: Partial<ScreenUnit> = {}): ScreenUnit => ({
  id,
  name: id,
  parent_id: 'root',
  kind: 'judicial_office',
  state: null,
  reason: null,
  connected: false,
  place: null,
  ...more,
})
const root = unit('root', { parent_id: null, kind: 'command_center' })
const map: MapView = {
  areas: { type: 'FeatureCollection', features: [{ properties: { name: '东乡' } }] },
  places: {
    a: { longitude: 114, latitude: 30, area: null },
    b: { longitude: null, latitude: null, area: '东乡' },
    c: { longitude: null, latitude: null, area: 'gone' },
  },
}
const palette = { tone: { ok: 'green', idle: 'grey' } } as unknown as Palette

describe('units of the big screen', () => {
  it.each([
    [{ state: null, reason: null }, 'idle'],
    [{ state: 'present', reason: 'by_eye' }, 'ok'],
    [{ state: 'excused', reason: 'leave' }, 'idle'],
    [{ state: 'excused', reason: 'device_fault' }, 'fault'],
    [{ state: 'review', reason: 'unanswered' }, 'check'],
    [{ state: 'absent', reason: 'off_post' }, 'settled'],
  ])('%o is %s', (state, tone) => expect(unitTone(state)).toBe(tone))

  it('heads a group with the unit above', () => {
    const groups = grouped([root, unit('a'), unit('b')])
    expect(groups.map((one) => [one.name, one.units.map((each) => each.id)])).toEqual([
      ['root', ['a', 'b']],
    ])
  })

  it('knows which units the map has a place for', () => {
    expect(['a', 'b', 'c', 'd'].map((id) => isPlaced(unit(id), map))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('puts coordinates as points and names as areas', () => {
    const drawn = mapOption([unit('a', { state: 'present' }), unit('b')], map, (one) => one.state ?? '', palette, 12)
    const { geo, series } = drawn as {
      geo: { regions: { name: string }[] }
      series: {
        data: { name: string; itemStyle: { color: string }; label: { formatter: string } }[]
      }[]
    }
    expect(geo.regions.map((one) => one.name)).toEqual(['东乡'])
    expect(series[0]!.data.map((one) => [one.name, one.itemStyle.color])).toEqual([['a', 'green']])
    expect(series[0]!.data[0]!.label.formatter).toContain('present')
  })
})
