import { beforeAll, describe, expect, it } from 'vitest'

import type { TimelineItem } from '../api/types'
import { useLocale } from '../i18n'
import { actorText, tidied, timelineDetails, timelineText } from './timeline'

const item = (kind: string, params: Record<string, unknown> = {}, actor = 'system'): TimelineItem => ({
  at: '2026-01-05T01:00:00Z',
  kind,
  actor,
  params,
})

describe('the history of an entry', () => {
  beforeAll(() => useLocale('en'))

  it('says what happened and what became of the entry', () => {
    const row = item('entry.window_closed', { record: { state: 'review', reason: 'unanswered' } })
    expect(timelineText(row)).toBe('Window closed')
    expect(timelineDetails(row)).toBe('To review · Did not answer')
  })

  it("keeps an officer's reason and words", () => {
    const details = { outcome: 'absent', reason: 'unanswered', note: 'called twice' }
    const row = item('entry.officer_absent', { details, record: { state: 'absent' } })
    expect(timelineText(row)).toBe('Decided: absent')
    expect(timelineDetails(row)).toBe('Did not answer · “called twice”')
  })

  it('shows a correction from what to what', () => {
    const details = { old_state: 'absent', new_state: 'excused', new_reason: 'leave' }
    expect(timelineDetails(item('entry.corrected', { details }))).toBe('Absent → Excused · On leave')
  })

  it('leaves out echoes and repeated looks, and nothing else', () => {
    const rows = [
      item('entry.viewed', {}, 'Chen'),
      item('entry.viewed', {}, 'Chen'),
      item('entry.officer_absent', {}, 'Chen'),
      item('decision.made', {}, 'Chen'),
      item('entry.viewed', {}, 'Li'),
    ]
    expect(tidied(rows).map((row) => row.kind)).toEqual([
      'entry.viewed',
      'entry.officer_absent',
      'entry.viewed',
    ])
  })

  it('never shows a raw code for an event that is new to us', () => {
    expect(timelineText(item('entry.brand_new_thing'))).toBe('brand new thing')
    expect(actorText('officer/1234')).toBe('Officer')
  })
})
