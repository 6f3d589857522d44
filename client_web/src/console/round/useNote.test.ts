import { beforeEach, expect, it } from 'vitest'
import { nextTick, ref } from 'vue'

import { useNote } from './useNote'

beforeEach(() => sessionStorage.clear())

it('keeps unsent words with their entry, over a reload', async () => {
  const entry = ref<string | null>('a')
  const note = useNote(entry)
  note.write('电话占线')
  entry.value = 'b'
  await nextTick()
  expect(note.text.value).toBe('')
  expect(useNote(ref('a')).text.value).toBe('电话占线')
})

it('forgets what was sent', () => {
  const note = useNote(ref('a'))
  note.write('x')
  note.forget('a')
  expect(note.text.value).toBe('')
  expect(useNote(ref('a')).text.value).toBe('')
})
