/** A terminal's self-test in a word and a tone. */

import type { DeviceChecks, TerminalView } from '@/core/wire'

const PARTS: (keyof DeviceChecks)[] = ['camera', 'microphone', 'speaker', 'network']

export function faultsOf(state: Pick<TerminalView, 'self_test'> | null): (keyof DeviceChecks)[] {
  const test = state?.self_test
  return test ? PARTS.filter((part) => test[part] === 'fault') : []
}

export const terminalTone = (state: Pick<TerminalView, 'self_test'> | null): 'ok' | 'fault' =>
  faultsOf(state).length ? 'fault' : 'ok'

/** Not there, broken, or saying that it cannot answer as usual. */
export const inTrouble = (state: TerminalView | null): boolean =>
  !state?.connected || faultsOf(state).length > 0 || state.exception !== null || state.paused !== null
