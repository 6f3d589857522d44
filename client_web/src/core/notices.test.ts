// @vitest-environment happy-dom
import { expect, it } from 'vitest'

import { NoticeBoard } from './notices'
import type { ClientMessage, Notice } from './wire'

const notice = (id: string, more: Partial<Notice> = {}): Notice => ({
  type: 'notice',
  id,
  at: '2026-11-20T01:00:00Z',
  sender: '李卫国',
  office: '指挥中心',
  text: '请准备点名',
  asks: 'seen',
  urgent: false,
  read_aloud: false,
  entry_id: null,
  reminder: false,
  ...more,
})

function board() {
  const sent: ClientMessage[] = []
  const shown: string[][] = []
  const made = new NoticeBoard({
    send: (message) => sent.push(message),
    changed: (waiting) => shown.push(waiting.map((one) => one.id)),
    locale: () => 'zh-CN',
    speaks: true,
  })
  return { made, sent, shown }
}

it('shows the urgent one first, then in order of time', () => {
  const { made, shown } = board()
  made.receive(notice('a'))
  made.receive(notice('b', { at: '2026-11-20T00:00:00Z' }))
  made.receive(notice('c', { urgent: true }))
  expect(shown.at(-1)).toEqual(['c', 'b', 'a'])
})

it('shows a reminder once, and takes an answered notice away', () => {
  const { made, sent, shown } = board()
  const first = notice('a')
  made.receive(first)
  made.receive(notice('a', { reminder: true }))
  expect(shown.at(-1)).toEqual(['a'])
  made.answer(first, 'exception', '停电')
  expect(shown.at(-1)).toEqual([])
  expect(sent).toEqual([{ type: 'notice_seen', notice_id: 'a', answer: 'exception', note: '停电' }])
})

it('leaves other messages to others', () => {
  expect(board().made.receive({ type: 'superseded' })).toBe(false)
})
