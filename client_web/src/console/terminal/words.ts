/** A terminal's self-test in a word and a tone. */

import type { DeviceChecks, TerminalView } from '@/core/wire'

const PARTS: (keyof DeviceChecks)[] = ['camera', 'microphone', 'speaker', 'network']

export function faultsOf(state: Pick<TerminalView, 'self_test'> | null): (keyof DeviceChecks)[] {
  const test = state?.self_test
  return test ? PARTS.filter((part) => test[part] === 'fault') : []
}

export const terminalTone = (state: Pick<TerminalView, 'self_test'> | null): 'ok' | 'fault' =>
  faultsOf(state).length ? 'fault' : 'ok'
