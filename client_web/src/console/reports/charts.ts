/** ECharts, only what is drawn here; fetched when the first chart is opened. */
import { BarChart, LineChart, MapChart, ScatterChart } from 'echarts/charts'
import { GeoComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

import type { ChartOption } from './chart_options'

echarts.use([
  BarChart,
  LineChart,
  MapChart,
  ScatterChart,
  GeoComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  SVGRenderer,
])

export interface Drawing {
  show: (option: ChartOption) => void
  resize: () => void
  dispose: () => void
}

/** A chart in an element, as SVG: sharp on any wall, and readable to whoever inspects it. */
export function drawIn(element: HTMLElement): Drawing {
  const chart = echarts.init(element, null, { renderer: 'svg' })
  return {
    show: (option) => chart.setOption(option, { notMerge: true }),
    resize: () => chart.resize(),
    dispose: () => chart.dispose(),
  }
}

export function registerAreas(name: string, areas: unknown): void {
  echarts.registerMap(name, areas as Parameters<typeof echarts.registerMap>[1])
}
