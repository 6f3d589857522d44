/** What charts show, as plain values: tested without a browser. */
import type { TallyView } from '../api/reports'
import { reasonCounts, STANDINGS, standingTone, type Standing } from '../logic/figures'
import type { Tone } from '../logic/states'

export type ChartOption = Record<string, unknown>

export interface Palette {
  font: string
  ink: string
  soft: string
  line: string
  surface: string
  tone: Record<Tone, string>
}

export interface Point {
  label: string
  tally: TallyView
}

const TONES: readonly Tone[] = ['ok', 'busy', 'check', 'idle', 'fault', 'settled']

/** The tokens of the theme that is on. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(`--rc-${name}`).trim()
  return {
    font: style.fontFamily,
    ink: token('ink'),
    soft: token('ink-soft'),
    line: token('line'),
    surface: token('surface'),
    tone: Object.fromEntries(TONES.map((tone) => [tone, token(tone)])) as Record<Tone, string>,
  }
}

function frame(palette: Palette, labels: readonly string[], font: number): ChartOption {
  const text = { color: palette.soft, fontSize: font }
  return {
    animation: false,
    textStyle: { fontFamily: palette.font },
    grid: { left: 8, right: 16, top: 34, bottom: 4, containLabel: true },
    tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
    legend: { top: 0, left: 0, textStyle: text, itemWidth: 14, itemHeight: 10, itemGap: 18 },
    xAxis: {
      type: 'category',
      data: labels,
      axisLabel: text,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
  }
}

function scale(palette: Palette, font: number, more: ChartOption = {}): ChartOption {
  return {
    type: 'value',
    axisLabel: { color: palette.soft, fontSize: font },
    splitLine: { lineStyle: { color: palette.line } },
    ...more,
  }
}

/** 应答率, in per cent; a gap where nothing was judged. */
export function rateOption(
  points: readonly Point[],
  name: string,
  palette: Palette,
  font = 12,
): ChartOption {
  const rates = points.map(({ tally }) =>
    tally.response_rate === null ? null : Math.round(tally.response_rate * 1000) / 10,
  )
  const known = rates.filter((rate) => rate !== null)
  const floor = Math.max(0, Math.floor((Math.min(100, ...known) - 5) / 10) * 10)
  const labels = points.map((point) => point.label)
  return {
    ...frame(palette, labels, font),
    yAxis: scale(palette, font, { min: floor, max: 100, axisLabel: { formatter: '{value}%', color: palette.soft, fontSize: font } }),
    series: [
      {
        name,
        type: 'line',
        data: rates,
        symbolSize: 6,
        itemStyle: { color: palette.ink },
        lineStyle: { color: palette.ink, width: 2 },
      },
    ],
  }
}

/** 应答中位数, in seconds. */
export function answerOption(
  points: readonly Point[],
  name: string,
  palette: Palette,
  font = 12,
): ChartOption {
  const labels = points.map((point) => point.label)
  return {
    ...frame(palette, labels, font),
    yAxis: scale(palette, font, { min: 0 }),
    series: [
      {
        name,
        type: 'line',
        data: points.map(({ tally }) => tally.median_answer_s),
        symbolSize: 6,
        itemStyle: { color: palette.tone.busy },
        lineStyle: { color: palette.tone.busy, width: 2 },
      },
    ],
  }
}

/** Who was not simply present, stacked by column. */
export function outcomeOption(
  points: readonly Point[],
  name: (standing: Standing) => string,
  palette: Palette,
  font = 12,
): ChartOption {
  const others = STANDINGS.filter((one) => one !== 'present')
  const used = others.filter((one) => points.some(({ tally }) => tally[one] > 0))
  const labels = points.map((point) => point.label)
  return {
    ...frame(palette, labels, font),
    yAxis: scale(palette, font, { minInterval: 1 }),
    series: used.map((one) => ({
      name: name(one),
      type: 'bar',
      stack: 'all',
      barMaxWidth: 28,
      data: points.map(({ tally }) => tally[one]),
      itemStyle: { color: palette.tone[standingTone[one]] },
    })),
  }
}

/** Reasons, the most frequent on top. */
export function reasonOption(
  tally: TallyView,
  name: (standing: Standing, reason: string) => string,
  palette: Palette,
  font = 12,
): ChartOption {
  const counted = reasonCounts(tally).slice(0, 8).reverse()
  const text = { color: palette.soft, fontSize: font }
  return {
    animation: false,
    textStyle: { fontFamily: palette.font },
    grid: { left: 8, right: 40, top: 6, bottom: 4, containLabel: true },
    xAxis: scale(palette, font, { minInterval: 1 }),
    yAxis: {
      type: 'category',
      data: counted.map((one) => name(one.standing, one.reason)),
      axisLabel: text,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 22,
        label: { show: true, position: 'right', color: palette.ink, fontSize: font },
        data: counted.map((one) => ({
          value: one.n,
          itemStyle: { color: palette.tone[standingTone[one.standing]] },
        })),
      },
    ],
  }
}
