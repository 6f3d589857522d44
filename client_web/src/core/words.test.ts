import { expect, it } from 'vitest'

import { calendarDay, clockTime, onRecord, zoneName } from './clock'
import { chooseLocale, format } from './i18n'

it('fills places and leaves unknown ones visible', () => {
  expect(format('{a} of {b}', { a: 1 })).toBe('1 of {b}')
})

it('speaks Chinese unless the person or the phone says English', () => {
  expect(chooseLocale(null, 'zh-CN')).toBe('zh-CN')
  expect(chooseLocale(null, 'fr-FR')).toBe('zh-CN')
  expect(chooseLocale(null, undefined)).toBe('zh-CN')
  expect(chooseLocale(null, 'en-GB')).toBe('en')
  expect(chooseLocale('zh-CN', 'en-GB')).toBe('zh-CN')
  expect(chooseLocale('nonsense', 'en')).toBe('en')
})

it("shows times in the center's zone, wherever the phone is", () => {
  const at = '2026-11-20T16:30:05Z'
  expect(clockTime(at, 'en', 'Asia/Shanghai')).toBe('00:30')
  expect(onRecord(at, 'Asia/Shanghai')).toBe('2026-11-21 00:30:05')
  expect(calendarDay(at, 'zh-CN', 'Asia/Shanghai')).toContain('11月21日')
  expect(zoneName('Asia/Shanghai', 'en')).toBe('China Standard Time')
})
