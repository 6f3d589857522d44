import { mount } from '@vue/test-utils'
import { beforeAll, expect, it } from 'vitest'
import { nextTick, shallowRef } from 'vue'

import { NoticeBoard } from '@/core/notices'
import type { ClientMessage, Notice } from '@/core/wire'

import { useLocale } from '../i18n'
import NoticeBar from './NoticeBar.vue'
import { TERMINAL, type DutyTerminal } from './terminal'

const notice = (id: string, more: Partial<Notice> = {}): Notice => ({
  type: 'notice',
  id,
  at: '2026-11-20T01:00:00Z',
  sender: '李卫国',
  office: '指挥中心',
  text: '五分钟后点名',
  asks: 'on_time',
  urgent: false,
  read_aloud: true,
  entry_id: null,
  reminder: false,
  ...more,
})

async function shown(...notices: Notice[]) {
  const sent: ClientMessage[] = []
  const waiting = shallowRef<readonly Notice[]>([])
  const board = new NoticeBoard({
    send: (message) => sent.push(message),
    changed: (now) => (waiting.value = now),
    locale: () => 'zh-CN',
    speaks: true,
  })
  const terminal = { waiting, notices: board } as unknown as DutyTerminal
  const page = mount(NoticeBar, { global: { provide: { [TERMINAL as symbol]: terminal } } })
  for (const one of notices) board.receive(one)
  await nextTick()
  return { page, sent, board }
}

beforeAll(() => useLocale('zh-CN'))

it('is not there without a notice', async () => {
  expect((await shown()).page.find('[role=alert]').exists()).toBe(false)
})

it('shows the urgent one first, and the next after its answer', async () => {
  const { page, sent } = await shown(notice('a'), notice('b', { urgent: true, text: '立即到岗', asks: 'seen' }))
  expect(page.get('[data-notice]').attributes('data-notice')).toBe('b')
  expect(page.get('.words').text()).toBe('立即到岗')
  expect(page.find('[data-action=notice-exception]').exists()).toBe(false)
  await page.get('[data-action=notice-seen]').trigger('click')
  expect(page.get('[data-notice]').attributes('data-notice')).toBe('a')
  await page.get('[data-action=notice-seen]').trigger('click')
  expect(page.find('[data-notice]').exists()).toBe(false)
  expect(sent).toEqual([
    { type: 'notice_seen', notice_id: 'b', answer: 'seen', note: '' },
    { type: 'notice_seen', notice_id: 'a', answer: 'on_time', note: '' },
  ])
})

it('reports an exception in words only, and forgets them for the next notice', async () => {
  const { page, sent } = await shown(notice('a'), notice('b', { at: '2026-11-20T01:01:00Z' }))
  await page.get('[data-action=notice-exception]').trigger('click')
  const form = page.get('form')
  await form.get('input').setValue('  ')
  expect(page.get('[data-action=notice-report]').attributes('disabled')).toBeDefined()
  await form.trigger('submit')
  expect(sent).toEqual([])
  await form.get('input').setValue(' 停电 ')
  await form.trigger('submit')
  expect(sent).toEqual([{ type: 'notice_seen', notice_id: 'a', answer: 'exception', note: '停电' }])
  expect(page.get('[data-notice]').attributes('data-notice')).toBe('b')
  expect(page.find('form').exists()).toBe(false)
})

it('keeps what is being typed when a reminder of the same notice comes', async () => {
  const { page, board } = await shown(notice('a'))
  await page.get('[data-action=notice-exception]').trigger('click')
  await page.get('input').setValue('停电')
  board.receive(notice('a', { reminder: true }))
  await nextTick()
  expect((page.get('input').element as HTMLInputElement).value).toBe('停电')
})
