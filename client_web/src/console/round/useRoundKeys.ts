/** The round by keys; each is shown beside what it does and listed under `?`. */
import { useKeys, type KeyBinding } from '../keys'
import { EXCUSES, PRESENT_HOW, REACHES } from '../logic/round_decision'
import type { Conducting } from './useConducting'

/** What only the page can do. */
export interface PageActions {
  enter: () => void
  escape: () => void
  talk: () => void
  mute: () => void
  listen: () => void
  broadcast: () => void
  suspendOrResume: () => void
  handOver: () => void
  finish: () => void
  note: () => void
}

function digit(conducting: Conducting, at: number): void {
  const step = conducting.step.value
  const key = conducting.keys.value[at]
  if (step?.kind === 'why') {
    const why = EXCUSES[at]
    return void (why && conducting.excuse(why))
  }
  if (step?.kind === 'how') {
    const how = PRESENT_HOW[at]
    return void (how && conducting.decide('present', how.reason))
  }
  if (step?.kind === 'reach') {
    const reached = REACHES[at]
    return void (reached && conducting.reach(reached))
  }
  if (key) conducting.press(key)
}

const OUTCOME_LABELS = ['normal', 'leave', 'device_fault', 'off_post', 'unanswered'] as const

export function useRoundKeys(conducting: Conducting, page: PageActions): void {
  const digits = OUTCOME_LABELS.map((name, at) => ({
    keys: String(at + 1),
    label: `round.key.${name}`,
    run: () => digit(conducting, at),
  }))
  const bindings: KeyBinding[] = [
    { keys: 'Enter', label: 'round.key.confirm', run: page.enter },
    { keys: ' ', label: 'round.key.confirm', run: page.enter },
    ...digits,
    { keys: '0', label: 'round.key.later', run: () => void conducting.decide('later', null) },
    { keys: 'o', label: 'round.key.open', run: () => void conducting.decide('open', null) },
    { keys: 'j', label: 'round.key.next', run: () => conducting.walk(1) },
    { keys: 'k', label: 'round.key.previous', run: () => conducting.walk(-1) },
    { keys: 'r', label: 'round.key.prompt', run: () => void conducting.prompt() },
    { keys: 'p', label: 'round.key.phone', run: () => conducting.openReach('phone') },
    { keys: 'd', label: 'round.key.leader', run: () => conducting.openReach('leader') },
    { keys: 's', label: 'round.key.snapshot', run: () => void conducting.snapshot() },
    { keys: 'n', label: 'round.key.note', run: page.note },
    { keys: 't', label: 'round.key.talk', run: page.talk },
    { keys: 'l', label: 'air.keyListen', run: page.listen },
    { keys: 'm', label: 'air.keyMute', run: page.mute },
    { keys: 'b', label: 'air.keyBroadcast', run: page.broadcast },
    { keys: 'u', label: 'round.key.suspend', run: page.suspendOrResume },
    { keys: 'c', label: 'round.key.take', run: () => void conducting.begin() },
    { keys: 'y', label: 'round.key.handOver', run: page.handOver },
    { keys: 'q', label: 'round.key.finish', run: page.finish },
    { keys: 'Escape', label: 'round.key.back', run: page.escape },
  ]
  useKeys(bindings)
}
