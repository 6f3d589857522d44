import { describe, expect, it } from 'vitest'

import { readFigures, readLight, readPrompts } from './evidence'

describe('evidence', () => {
  it('is read with its frames, the median and the lowest', () => {
    const figures = readFigures({
      model: 'sface',
      threshold: 0.4,
      frames: [
        { media_s: 1.5, similarity: 0.5 },
        { media_s: 2.5, similarity: 0.7 },
        { media_s: 3.5, similarity: 0.6 },
      ],
    })
    expect(figures.median).toBe(0.6)
    expect(figures.lowest).toBe(0.5)
    expect(figures.frames[0]).toMatchObject({ atS: 1.5, similarity: 0.5, sharpness: null })
  })

  it('that is not understood is left out, never guessed', () => {
    const figures = readFigures({ model: 7, threshold: 'high', frames: [{ media_s: 1 }, null, 'x'] })
    expect(figures).toMatchObject({ model: null, threshold: null, frames: [], median: null })
    expect(readPrompts({ prompts: 'none' })).toEqual([])
  })

  it('tells which movements were made', () => {
    const steps = readPrompts({
      prompts: [
        { kind: 'nod', passed: true, response_s: 0.9 },
        { kind: 'turn_left', passed: false, why: 'too_late', latency_s: null, try: 2 },
      ],
    })
    expect(steps.map((one) => [one.kind, one.passed, one.why])).toEqual([
      ['nod', true, null],
      ['turn_left', false, 'too_late'],
    ])
    expect(steps.map((one) => one.round)).toEqual([1, 2])
  })

  it('judges by the frames that count and still shows the others', () => {
    const frames = [
      { media_s: 1, similarity: 0.6, counts: true },
      { media_s: 2, similarity: 0.1, counts: false },
    ]
    const figures = readFigures({ threshold: 0.4, frames })
    expect([figures.frames.length, figures.lowest]).toEqual([2, 0.6])
  })

  it('names the digits to listen for and when they were asked for', () => {
    const [step] = readPrompts({
      prompts: [{ kind: 'read_digits', digits: '471', media_s: 12.4, passed: true, void: true }],
    })
    expect(step).toMatchObject({ digits: '471', atS: 12.4, void: true })
  })

  it('shows the colours of the screen, and nothing that is no colour', () => {
    const light = readLight({
      screen_light: { outcome: 'responds', colours: ['#ff7070', 'url(x)', 3], media_s: 8, lag_s: 0.3 },
    })
    expect(light).toEqual({ outcome: 'responds', colours: ['#ff7070'], atS: 8, lagS: 0.3 })
    expect(readLight({ screen_light: null })).toBeNull()
  })
})
