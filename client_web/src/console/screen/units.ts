/** Units of the big screen: what they show, and where they stand. */
import type { MapView, ScreenUnit } from '../api/reports'
import type { ChartOption, Palette } from '../reports/chart_options'
import { entryTone, type EntryState, type Tone } from '../logic/states'

export const AREAS = 'areas'

/** The tone of a unit; a device fault stands out from a leave. */
export function unitTone(unit: Pick<ScreenUnit, 'state' | 'reason'>): Tone {
  if (unit.state === null) return 'idle'
  const fault = unit.reason === 'device_fault' || unit.reason === 'technical_failure'
  if (unit.state === 'excused' && fault) return 'fault'
  return entryTone[unit.state as EntryState] ?? 'idle'
}

export interface Group {
  id: string
  name: string
  units: ScreenUnit[]
}

/** Units that are called, below the unit they belong to; those above them only head a group. */
export function grouped(units: readonly ScreenUnit[]): Group[] {
  const parents = new Set(units.map((one) => one.parent_id))
  const names = new Map(units.map((one) => [one.id, one.name]))
  const groups = new Map<string, Group>()
  for (const unit of units) {
    const heads = parents.has(unit.id)
    if (heads && unit.state === null) continue
    const id = unit.parent_id ?? unit.id
    const group = groups.get(id) ?? { id, name: names.get(id) ?? '', units: [] }
    group.units.push(unit)
    groups.set(id, group)
  }
  return [...groups.values()]
}

/** Whether the map has a point or an area for this unit. */
export function isPlaced(unit: ScreenUnit, map: MapView): boolean {
  const place = map.places[unit.id]
  if (!place) return false
  if (place.longitude !== null && place.longitude !== undefined) return true
  return areaNames(map).includes(place.area ?? '')
}

export function areaNames(map: MapView): string[] {
  const features = (map.areas?.features ?? []) as { properties: { name: string } }[]
  return features.map((one) => one.properties.name)
}

export function mapOption(
  units: readonly ScreenUnit[],
  map: MapView,
  said: (unit: ScreenUnit) => string,
  palette: Palette,
  font: number,
): ChartOption {
  const text = { color: palette.ink, fontSize: font, textBorderColor: palette.surface, textBorderWidth: 3 }
  const regions = []
  const points = []
  for (const unit of units) {
    const place = map.places[unit.id]
    if (!place) continue
    const colour = palette.tone[unitTone(unit)]
    if (place.longitude !== null && place.longitude !== undefined) {
      points.push({
        name: unit.name,
        value: [place.longitude, place.latitude],
        itemStyle: { color: colour },
        label: {
          formatter: `{name|${unit.name}}\n{state|${said(unit)}}`,
          rich: { name: text, state: { ...text, color: colour } },
        },
      })
    } else if (place.area) {
      regions.push({ name: place.area, itemStyle: { areaColor: colour, opacity: 0.85 } })
    }
  }
  return {
    animation: false,
    textStyle: { fontFamily: palette.font },
    geo: {
      map: AREAS,
      roam: false,
      silent: true,
      itemStyle: { areaColor: palette.surface, borderColor: palette.line, borderWidth: 1.5 },
      label: { show: true, ...text, color: palette.soft, offset: [0, -2 * font] },
      regions,
    },
    series: [
      {
        type: 'scatter',
        coordinateSystem: 'geo',
        symbolSize: font,
        label: { show: true, position: 'bottom', align: 'center', ...text },
        data: points,
      },
    ],
  }
}
