import { mount } from '@vue/test-utils'
import { beforeAll, expect, it } from 'vitest'
import { ref, shallowRef } from 'vue'

import { useLocale } from '../i18n'
import BigState from './BigState.vue'
import SaysBar from './SaysBar.vue'
import { INITIAL, type Event, type State } from './state'
import { TERMINAL, type DutyTerminal } from './terminal'

const CHECKED = { at: '2026-11-20T01:00:00Z', camera: 'ok', microphone: 'fault', speaker: 'unknown', network: 'ok' }
const STATUS = { type: 'terminal', unit_id: 'u', answers_itself: true, paused: null, exception: null, figures: null }

function shown(component: typeof BigState | typeof SaysBar, state: Partial<State>) {
  const events: Event[] = []
  const terminal = {
    state: shallowRef({ ...INITIAL, link: 'open', ...state }),
    remote: shallowRef(null),
    sounds: { blocked: ref(false) },
    tests: { running: shallowRef(null), result: shallowRef(null) },
    dispatch: (event: Event) => events.push(event),
  } as unknown as DutyTerminal
  const page = mount(component, {
    props: component === BigState ? { unit: '城关司法所', phone: '110' } : {},
    global: { provide: { [TERMINAL as symbol]: terminal } },
  })
  return { page, events }
}

beforeAll(() => useLocale('zh-CN'))

it.each([
  [{ link: 'lost' }, '连接中断', '110'],
  [{ phase: 'live' }, '已上墙', '请在位等候'],
  [{ phase: 'live', room: { seen: true, heard: true, speaker: null } }, '请报告', '城关司法所'],
  [{ phase: 'joining', cameraFault: 'in_use' }, '摄像头无法使用', '不会记为缺勤'],
  [{ phase: 'ended', receipt: { state: 'present', finished_at: '2026-11-20T01:02:00Z' } }, '', '09:02'],
  [{ status: { ...STATUS, exception: { reason: 'leave', note: '', at: '' } } }, '已报异常', '恢复正常后'],
  [{ status: { ...STATUS, answers_itself: false } }, '待命', '按键接听'],
])('%j is said in words that the room can read', (state, title, means) => {
  const { page } = shown(BigState, state as unknown as Partial<State>)
  expect(page.get('h1').text()).toContain(title)
  expect(page.text()).toContain(means)
})

it('asks for a press only where one is needed', async () => {
  const { page, events } = shown(BigState, { phase: 'asked' })
  await page.get('[data-action=answer]').trigger('click')
  expect(events).toEqual([{ type: 'answer' }])
  expect(shown(BigState, { phase: 'announcing' }).page.findAll('button')).toEqual([])
})

it('says of each device how it is, and what the office said', () => {
  const status = {
    ...STATUS,
    paused: '接待群众',
    self_test: { ...CHECKED, detail: {} },
    exception: { reason: 'room_taken', note: '庭审', at: '' },
  }
  const { page } = shown(SaysBar, { status } as unknown as Partial<State>)
  for (const part of ['camera:ok', 'microphone:fault', 'speaker:unknown']) {
    expect(page.find(`[data-check="${part}"]`).exists(), part).toBe(true)
  }
  expect(page.text()).toContain('庭审')
  expect(page.text()).toContain('接待群众')
})
