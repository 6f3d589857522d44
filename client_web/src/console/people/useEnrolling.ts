/** An enrolment at the desk, from the first picture to the server's answer. */
import { computed, ref, shallowRef } from 'vue'

import { endpoints, type EnrolledKind } from '../api/endpoints'
import type { EnrolmentView } from '../api/types'
import { MAX_PICTURES, fromFile, type Picture } from '../logic/pictures'

export function useEnrolling(kind: EnrolledKind, subjectId: string, enrolled: () => void) {
  const pictures = shallowRef<Picture[]>([])
  const result = shallowRef<EnrolmentView | null>(null)
  const busy = ref(false)
  const unreadable = ref('')
  const error = shallowRef<unknown>(null)
  const left = computed(() => MAX_PICTURES - pictures.value.length)
  // What the officer has said once holds for these pictures, whatever the server asks next.
  let provisional = false
  let despiteDuplicate = ''

  /** Other pictures, another question: the last answer and the officer's word on it are void. */
  function changed(now: Picture[]): void {
    pictures.value = now
    result.value = null
    provisional = false
    despiteDuplicate = ''
  }

  function take(picture: Picture): void {
    if (left.value <= 0) return URL.revokeObjectURL(picture.url)
    changed([...pictures.value, picture])
  }

  function drop(id: number): void {
    const gone = pictures.value.find((one) => one.id === id)
    if (gone) URL.revokeObjectURL(gone.url)
    changed(pictures.value.filter((one) => one.id !== id))
  }

  async function choose(files: readonly File[]): Promise<void> {
    unreadable.value = ''
    for (const file of files.slice(0, left.value)) {
      try {
        take(await fromFile(file))
      } catch {
        unreadable.value = file.name
      }
    }
  }

  async function submit(): Promise<void> {
    busy.value = true
    error.value = null
    try {
      result.value = await endpoints.enrol(kind, subjectId, {
        pictures: pictures.value.map((one) => one.base64),
        provisional,
        despite_duplicate: despiteDuplicate,
      })
      if (result.value.accepted) enrolled()
    } catch (caught) {
      error.value = caught
    } finally {
      busy.value = false
    }
  }

  /** These pictures are all there are. */
  function submitProvisionally(): Promise<void> {
    provisional = true
    return submit()
  }

  /** The look-alike is another person, says the officer, and why. */
  function submitDespiteDuplicate(reason: string): Promise<void> {
    despiteDuplicate = reason
    return submit()
  }

  /** Keep what was good, take the rest anew. */
  function retake(): void {
    const fates = result.value?.pictures ?? []
    const good = pictures.value.filter((_, at) => fates[at]?.used)
    for (const one of pictures.value) if (!good.includes(one)) URL.revokeObjectURL(one.url)
    changed(good)
  }

  function close(): void {
    pictures.value.forEach((one) => URL.revokeObjectURL(one.url))
  }

  return {
    pictures,
    result,
    busy,
    unreadable,
    error,
    left,
    take,
    drop,
    choose,
    submit,
    submitProvisionally,
    submitDespiteDuplicate,
    retake,
    close,
  }
}
