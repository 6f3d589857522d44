import { describe, expect, it } from 'vitest'

import { readFigures, readLimits, readPrompts } from './evidence'

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
    expect(figures.frames[0]).toEqual({ atS: 1.5, similarity: 0.5 })
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

  it('says what limits the assurance', () => {
    expect(readLimits({ assurance_reasons: ['no_liveness', 3] })).toEqual(['no_liveness'])
    expect(readLimits({})).toEqual([])
  })
})
