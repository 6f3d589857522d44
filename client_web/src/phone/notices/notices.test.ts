import { flushPromises, mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'

import type { ClientMessage, Notice } from '@/core/wire'

import { Phone, PHONE } from '../phone'
import { NoticeCard } from '.'

const NOTICE: Notice = {
  type: 'notice',
  id: 'n1',
  at: '2026-11-20T01:00:00Z',
  sender: '李卫国',
  office: '指挥中心',
  text: '请今天下午三点前报告',
  asks: 'seen',
  urgent: false,
  read_aloud: true,
  entry_id: null,
  reminder: false,
}

async function show(notice: Notice) {
  const phone = new Phone()
  const sent: ClientMessage[] = []
  const inside = phone as unknown as {
    signaling: { send: (message: ClientMessage) => boolean }
    hear: (message: Notice) => void
  }
  inside.signaling.send = (message) => sent.push(message) > 0
  inside.hear(notice)
  await vi.waitUntil(() => phone.notices.value.length)
  const page = mount(NoticeCard, { global: { provide: { [PHONE as symbol]: phone } } })
  return { phone, sent, page }
}

it('shows a notice in large text until the person says that it was read', async () => {
  const { sent, page } = await show(NOTICE)
  expect(page.get('.said').text()).toBe(NOTICE.text)
  await page.get('[data-action=notice-seen]').trigger('click')
  expect(sent).toEqual([{ type: 'notice_seen', notice_id: 'n1', answer: 'seen', note: '' }])
  expect(page.find('[data-notice]').exists()).toBe(false)
})

it('answers an instant roll-call with health, and counts without a place', async () => {
  const { phone, sent, page } = await show({ ...NOTICE, asks: 'reply', entry_id: 'e1' })
  const locateOnce = vi.fn().mockResolvedValue({ type: 'location_declined', why: 'denied' })
  phone.noticing.value = { ...phone.noticing.value!, locateOnce }
  await page.get('[data-value=unwell]').trigger('click')
  await flushPromises()
  expect(sent[0]).toMatchObject({ type: 'instant_reply', entry_id: 'e1', health: 'unwell', latitude: null })
  expect(sent[1]).toMatchObject({ type: 'notice_seen', notice_id: 'n1' })
})
