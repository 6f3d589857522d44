import { afterEach, describe, expect, it, vi } from 'vitest'

import { endpoints } from '../api/endpoints'
import type { EnrolmentView, PictureFate } from '../api/types'
import type { Picture } from '../logic/pictures'
import { useEnrolling } from './useEnrolling'

const picture = (id: number): Picture => ({ id, url: `blob:${id}`, base64: `b${id}`, pose: null })
const fate = (used: boolean): PictureFate => ({
  used,
  problem: used ? null : 'mask',
  message: '',
  sharpness: null,
  brightness: null,
  yaw_deg: null,
})
const answer = (more: Partial<EnrolmentView>): EnrolmentView => ({
  accepted: false,
  refused: null,
  frames: 0,
  needed: 3,
  assurance: 'low',
  version: null,
  pictures: [],
  duplicates: [],
  ...more,
})

afterEach(() => vi.restoreAllMocks())

describe('an enrolment at the desk', () => {
  it('keeps the good pictures for another try and drops the rest', async () => {
    const pictures = [fate(true), fate(false)]
    vi.spyOn(endpoints, 'enrol').mockResolvedValue(answer({ refused: 'too_few', pictures }))
    const desk = useEnrolling('persons', 'p1', () => undefined)
    desk.take(picture(1))
    desk.take(picture(2))
    await desk.submit()
    desk.retake()
    expect(desk.pictures.value.map((one) => one.id)).toEqual([1])
    expect(desk.result.value).toBeNull()
  })

  it('remembers that pictures are all there are while look-alikes are cleared up', async () => {
    const enrol = vi
      .spyOn(endpoints, 'enrol')
      .mockResolvedValueOnce(answer({ refused: 'too_few' }))
      .mockResolvedValueOnce(answer({ refused: 'duplicate' }))
      .mockResolvedValueOnce(answer({ accepted: true }))
    const enrolled = vi.fn()
    const desk = useEnrolling('persons', 'p1', enrolled)
    desk.take(picture(1))
    await desk.submit()
    await desk.submitProvisionally()
    expect(enrolled).not.toHaveBeenCalled()
    await desk.submitDespiteDuplicate('双胞胎')
    expect(enrol).toHaveBeenLastCalledWith('persons', 'p1', {
      pictures: ['b1'],
      provisional: true,
      despite_duplicate: '双胞胎',
    })
    expect(enrolled).toHaveBeenCalledOnce()
  })

  it('forgets what was said of other pictures', async () => {
    const enrol = vi.spyOn(endpoints, 'enrol').mockResolvedValue(answer({ refused: 'duplicate' }))
    const desk = useEnrolling('persons', 'p1', () => undefined)
    desk.take(picture(1))
    await desk.submitDespiteDuplicate('双胞胎')
    desk.take(picture(2))
    await desk.submit()
    expect(enrol).toHaveBeenLastCalledWith('persons', 'p1', {
      pictures: ['b1', 'b2'],
      provisional: false,
      despite_duplicate: '',
    })
  })

  it('keeps the pictures and the error where the server cannot be reached', async () => {
    vi.spyOn(endpoints, 'enrol').mockRejectedValue(new Error('unreachable'))
    const desk = useEnrolling('persons', 'p1', () => undefined)
    desk.take(picture(1))
    await desk.submit()
    expect([desk.pictures.value.length, desk.busy.value]).toEqual([1, false])
    expect(desk.error.value).toBeInstanceOf(Error)
  })
})
