/** A receipt in plain words, for the screen, the picture and the file. */

import { zoneName } from '@/core/clock'
import type { Receipt } from '@/core/wire'

import type { State } from '../flow/state'
import { recordOf, zoneOf } from './times'
import { locale, t, tMaybe } from './words'

/** Reasons that are told the same: to a worried person a machine's doubt has no degrees. */
const UNSURE = ['mismatch', 'inconclusive', 'low_assurance']

export function receiptTitle({ state, can_retry }: Receipt): string {
  if (can_retry) return t('receipt.again.title')
  return tMaybe(`receipt.${state}.title`) ?? t('receipt.recorded.title')
}

/** The server's own words where this page has none for the reason. */
export function receiptReason({ reason, message }: Receipt): string {
  if (!reason) return message
  return tMaybe(`receipt.reason.${UNSURE.includes(reason) ? 'unsure' : reason}`) ?? message
}

export function receiptNext(receipt: Receipt, office: string): string {
  if (receipt.can_retry) return t('receipt.next.retry')
  if (receipt.next !== 'officer_will_call') return t('receipt.next.nothing')
  return office ? t('receipt.next.officer_will_call', { office }) : t('receipt.next.officer_no_office')
}

/** Rows of the receipt; `code` is the fingerprint of the signed text. */
export function receiptRows(state: State, receipt: Receipt, code: string): [string, string][] {
  const rows: [string, string][] = [[t('receipt.number'), receipt.number]]
  if (state.welcome?.name) rows.push([t('receipt.name'), state.welcome.name])
  if (receipt.arrived_at) rows.push([t('receipt.arrived'), recordOf(state, receipt.arrived_at)])
  rows.push([t('receipt.finished'), recordOf(state, receipt.finished_at)])
  rows.push([t('receipt.state'), tMaybe(`state.${receipt.state}`) ?? t('state.other')])
  rows.push([t('receipt.check'), code])
  return rows
}

/** Which clock the times follow, in words: "中国标准时间". */
export const receiptZone = (state: State): string => zoneName(zoneOf(state), locale.value)

/** SHA-256 of the signed text, its first 16 hexadecimal digits in groups of four. */
export async function checkCode(body: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
  const hex = Array.from(new Uint8Array(digest).slice(0, 8), (byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  return (hex.join('').match(/.{4}/g) ?? []).join(' ')
}
