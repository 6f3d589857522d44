/** What a unit of the big screen says about itself. */
import type { ScreenUnit } from '../api/reports'
import { t, word } from '../i18n'
import { wordOf } from '../logic/states'

export function unitWord(unit: ScreenUnit): string {
  if (unit.state === null) return t(unit.connected ? 'screen.connected' : 'screen.quiet')
  if (unit.state === 'excused' && unit.reason) return word('reason', unit.reason)
  return word('entry.state', wordOf(unit.state, true))
}
