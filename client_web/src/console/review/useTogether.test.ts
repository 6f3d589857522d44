import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'

import type { Attempt, Clip } from './playback'
import { useTogether } from './useTogether'

class Screen {
  currentTime = 0
  paused = true
  ended = false
  seeking = false
  playbackRate = 1
  play = () => {
    this.paused = false
    return Promise.resolve()
  }
  pause = () => {
    this.paused = true
  }
}

const clip = (id: string, role: string, start_s: number, end_s: number): Clip => ({ id, role, start_s, end_s })
const TALK: Attempt = {
  sessionId: 's1',
  recordings: [],
  clips: [
    clip('subject', 'subject', 0, 20),
    clip('officer', 'officer', 5, 25),
    clip('rest', 'subject', 30, 40),
  ],
  roles: ['subject', 'officer'],
  length_s: 40,
  gaps: [],
}

function open() {
  const screens = new Map(TALK.clips.map((one) => [one.id, new Screen()]))
  const players = screens as unknown as ReadonlyMap<string, HTMLVideoElement>
  const together = effectScope().run(() => useTogether(ref(TALK), players))!
  return { screens, together, screen: (id: string) => screens.get(id)! }
}

describe('playing both sides as one', () => {
  beforeEach(() => {
    vi.stubGlobal('requestAnimationFrame', () => 1)
    vi.stubGlobal('cancelAnimationFrame', () => undefined)
  })

  it('moves both sides with one control', () => {
    const { together, screen } = open()
    together.seek(12)
    expect([screen('subject').currentTime, screen('officer').currentTime]).toEqual([12, 7])
    expect(together.shown.value.map((side) => side.clip?.id)).toEqual(['subject', 'officer'])
  })

  it('plays and pauses the other side with the leader, and keeps it in step', () => {
    const { together, screen } = open()
    together.seek(6)
    together.toggle()
    screen('subject').currentTime = 8
    screen('officer').currentTime = 2.5
    together.follow()
    expect([screen('officer').paused, screen('officer').currentTime]).toEqual([false, 3])
    screen('officer').currentTime = 3.1
    together.follow()
    expect(screen('officer').currentTime, 'a tenth of a second is left alone').toBe(3.1)
    together.toggle()
    together.follow()
    expect([screen('subject').paused, screen('officer').paused]).toEqual([true, true])
  })

  it('goes on with the officer when the subject ends, and with the next recording after a hole', () => {
    const { together, screen } = open()
    together.seek(19)
    together.toggle()
    screen('subject').currentTime = 20
    screen('subject').ended = true
    together.ended('subject')
    expect(screen('officer').paused).toBe(false)
    expect(together.at_s.value).toBeCloseTo(20, 1)
    screen('officer').currentTime = 20
    screen('officer').ended = true
    together.ended('officer')
    expect([screen('rest').paused, screen('rest').currentTime]).toEqual([false, 0])
    expect(together.at_s.value).toBe(30)
  })

  it('follows a leader that somebody else moves', () => {
    const { together, screen } = open()
    screen('subject').currentTime = 15
    together.follow()
    expect([together.at_s.value, screen('officer').currentTime]).toEqual([15, 10])
  })
})
