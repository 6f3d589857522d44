import { describe, expect, it } from 'vitest'

import type { TallyView } from '../api/reports'
import { outcomeOption, rateOption, reasonOption, type Palette, type Point } from './chart_options'

const palette = { tone: { fault: 'red', idle: 'grey', settled: 'ink' } } as unknown as Palette
const tally = (more: Partial<TallyView>) =>
  ({ present: 0, leave: 0, fault: 0, absent: 0, review: 0, waiting: 0, reasons: {}, ...more }) as TallyView
const points: Point[] = [
  { label: 'a', tally: tally({ response_rate: 0.955, fault: 2 }) },
  { label: 'b', tally: tally({ response_rate: null, leave: 1 }) },
]

interface Drawn {
  yAxis: { min: number; data: string[] }
  series: { name: string; data: unknown[] }[]
}

describe('charts', () => {
  it('leaves a gap where nothing was judged', () => {
    const drawn = rateOption(points, 'rate', palette) as unknown as Drawn
    expect(drawn.series[0]!.data).toEqual([95.5, null])
    expect(drawn.yAxis.min).toBe(90)
  })

  it('stacks only columns that occur', () => {
    const drawn = outcomeOption(points, (one) => one, palette) as unknown as Drawn
    expect(drawn.series.map((one) => [one.name, one.data])).toEqual([
      ['leave', [0, 1]],
      ['fault', [2, 0]],
    ])
  })

  it('puts the most frequent reason on top', () => {
    const reasons = { 'fault.device_fault': 4, 'absent.unanswered': 1 }
    const drawn = reasonOption(tally({ reasons }), (_, one) => one, palette) as unknown as Drawn
    expect(drawn.yAxis.data).toEqual(['unanswered', 'device_fault'])
  })
})
