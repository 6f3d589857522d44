import { expect, it } from 'vitest'

import { replyRows } from './replies'
import { entryOf } from './round_fixture'

const reply = (entry_id: string, at: string, more = {}) => ({
  entry_id, at, by: 'check_in' as const, where: 'home', health: 'good', report: '', location: null, ...more,
})

it('puts first who needs a look, then the newest, then who has not replied', () => {
  const entries = ['a', 'b', 'c', 'd'].map((id) => entryOf(id))
  const rows = replyRows(entries, [
    reply('a', '2026-11-30T01:00:01Z'),
    reply('b', '2026-11-30T01:00:02Z'),
    reply('d', '2026-11-30T01:00:00Z', { health: 'need_help' }),
  ])
  expect(rows.map((one) => one.entry.entry_id)).toEqual(['d', 'b', 'a', 'c'])
  expect(rows.map((one) => one.attention)).toEqual([true, false, false, false])
})

it('shows a place with the radius that the phone told', () => {
  const place = { latitude: 30.274085, longitude: 120.15507, accuracy_m: 18.4 }
  const [row] = replyRows([entryOf('a')], [reply('a', '2026-11-30T01:00:00Z', { location: place, where: 'away' })])
  expect(row).toMatchObject({ point: '30.2741, 120.1551', accuracyM: 18, away: true, attention: true })
})
