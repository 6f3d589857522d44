import { describe, expect, it } from 'vitest'

import type { SelfEnrolmentView } from '../api/types'
import { byUrgency, isReason, MOVEMENTS, needsLiveCall, needsPictures, SPARABLE, wantedPose } from './enrolment'

describe('the picture that is wanted next', () => {
  it('is straight, left, right, and then one in another light', () => {
    expect(wantedPose([])).toBe('straight')
    expect(wantedPose(['straight', 'left'])).toBe('right')
    expect(wantedPose(['straight', 'left', 'right'])).toBe('other_light')
    expect(wantedPose(['straight', 'left', 'right', 'other_light'])).toBe('more')
  })

  it('is the one that was thrown away, not the one at its place in the row', () => {
    expect(wantedPose(['straight', 'right'])).toBe('left')
    expect(wantedPose(['left', 'right'])).toBe('straight')
  })

  it('is later by one for every file, which may show any pose', () => {
    expect(wantedPose([null])).toBe('left')
    expect(wantedPose([null, null, null, null])).toBe('more')
    expect(wantedPose(['left', null])).toBe('right')
  })
})

describe('what a person is spared', () => {
  it('leads to a live call only where no movement at all is left', () => {
    expect(needsLiveCall(SPARABLE)).toBe(true)
    expect(needsLiveCall(MOVEMENTS)).toBe(true)
    expect(needsLiveCall(MOVEMENTS.slice(1))).toBe(false)
    expect(needsLiveCall(['screen_light'])).toBe(false)
  })

  it('needs a reason of more than blanks', () => {
    expect(isReason('  ')).toBe(false)
    expect(isReason(' a ')).toBe(false)
    expect(isReason('颈椎病')).toBe(true)
  })
})

it('asks for pictures of whoever has none, or whose template something speaks against', () => {
  expect(needsPictures({ enrolled: false, reminder: null })).toBe(true)
  expect(needsPictures({ enrolled: true, reminder: 'scores_drift' })).toBe(true)
  expect(needsPictures({ enrolled: true, reminder: null })).toBe(false)
})

it('shows pictures that wait for an officer before those that wait for the person', () => {
  const one = (id: string, state: SelfEnrolmentView['state'], at: string): SelfEnrolmentView => ({
    id,
    person_id: id,
    name: id,
    dossier_number: '',
    office: '',
    state,
    pictures: 0,
    asked_at: '2026-01-01T00:00:00Z',
    submitted_at: state === 'submitted' ? at : null,
    likeness: null,
    duplicates: [],
  })
  const list = [
    one('a', 'wanted', ''),
    one('b', 'submitted', '2026-01-03T00:00:00Z'),
    one('c', 'submitted', '2026-01-02T00:00:00Z'),
  ]
  expect(byUrgency(list).map((each) => each.id)).toEqual(['c', 'b', 'a'])
})
