/** What waits for an officer's word behind each place of the navigation. */
import { computed, onBeforeUnmount, onMounted, type ComputedRef } from 'vue'

import { settle, useMessages } from '../live'
import { useDuty } from '../stores/duty'
import { useReview } from '../stores/review'
import { useSelfEnrolments } from '../stores/selfEnrolments'
import { useSession } from '../stores/session'

const PICTURES_AGAIN_MS = 60_000

export interface Waiting {
  n: number
  /** Dictionary key of what it is. */
  what: string
}

export function useWaiting(): ComputedRef<Readonly<Record<string, Waiting>>> {
  const session = useSession()
  const review = useReview()
  const enrolments = useSelfEnrolments()
  const duty = useDuty()

  const loadReview = () => {
    if (session.can('review')) review.load().catch(() => undefined)
  }
  const loadEnrolments = () => {
    if (session.can('enrol')) enrolments.load().catch(() => undefined)
  }
  const loadDuty = () => {
    if (session.can('view_roster')) duty.load().catch(() => undefined)
  }
  const soonDuty = settle(loadDuty, 400)
  const soon = settle(loadReview, 400)
  loadReview()
  loadEnrolments()
  loadDuty()
  useMessages((message) => {
    if (message.type === 'roster_changed' || message.type === 'welcome') soonDuty()
    if (message.type === 'entry_changed' || message.type === 'welcome') soon()
  })

  // Nothing is sent when a person hands pictures in.
  let timer: ReturnType<typeof setInterval> | undefined
  onMounted(() => {
    timer = setInterval(loadEnrolments, PICTURES_AGAIN_MS)
  })
  onBeforeUnmount(() => clearInterval(timer))

  return computed(() => ({
    '/review': { n: review.waiting, what: 'nav.waiting' },
    '/roster': { n: duty.waiting, what: 'nav.waitingSubstitutions' },
    '/people': { n: enrolments.waiting, what: 'nav.waitingPictures' },
  }))
}
