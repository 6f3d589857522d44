/** Several videos played as one: the leader's clock is the clock, the others are kept in step. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'

import { type Attempt, type Clip, clipAt, correction, leaderAt, nextClip } from './playback'

type Players = ReadonlyMap<string, HTMLVideoElement>

export function useTogether(attempt: Ref<Attempt>, players: Players) {
  const at_s = ref(0)
  const playing = ref(false)
  const broken = ref(false)
  const leader = shallowRef<Clip | null>(null)
  let frame = 0

  const shown = computed(() =>
    attempt.value.roles.map((role) => ({ role, clip: clipAt(attempt.value, role, at_s.value) })),
  )
  const video = (clip: Clip | null) => (clip ? players.get(clip.id) : undefined)

  watch(
    attempt,
    (now, before) => {
      if (before?.sessionId === now.sessionId) return
      cancelAnimationFrame(frame)
      at_s.value = 0
      playing.value = broken.value = false
      leader.value = leaderAt(now, 0) ?? nextClip(now, -1)
    },
    { immediate: true },
  )

  /** Everybody but the leader goes where the leader is, and does what it does. */
  function keepInStep(): void {
    for (const { clip } of shown.value) {
      const element = video(clip)
      if (!clip || !element || clip.id === leader.value?.id) continue
      const jump = correction(clip, at_s.value, element.currentTime)
      if (jump !== null && !element.seeking) element.currentTime = jump
      element.playbackRate = video(leader.value)?.playbackRate ?? 1
      if (playing.value && element.paused) void element.play().catch(() => undefined)
      if (!playing.value && !element.paused) element.pause()
    }
    for (const clip of attempt.value.clips) {
      const idle = !shown.value.some((one) => one.clip?.id === clip.id)
      if (idle && clip.id !== leader.value?.id) video(clip)?.pause()
    }
  }

  function follow(): void {
    const element = video(leader.value)
    if (leader.value && element) {
      at_s.value = leader.value.start_s + element.currentTime
      playing.value = !element.paused && !element.ended
    }
    keepInStep()
    cancelAnimationFrame(frame)
    if (playing.value) frame = requestAnimationFrame(follow)
  }

  function seek(to_s: number): void {
    const wanted = Math.max(0, Math.min(to_s, attempt.value.length_s))
    const clip = leaderAt(attempt.value, wanted) ?? nextClip(attempt.value, wanted)
    const target = clip ?? attempt.value.clips.at(-1) ?? null
    if (!target) return
    const goesOn = playing.value
    if (leader.value && leader.value.id !== target.id) video(leader.value)?.pause()
    leader.value = target
    const element = video(target)
    at_s.value = Math.max(wanted, target.start_s)
    if (element) {
      element.currentTime = at_s.value - target.start_s
      if (goesOn) void element.play().catch(() => (broken.value = true))
    }
    keepInStep()
  }

  /** The leader is at its end: whoever is recorded longer, or comes next, leads on. */
  function ended(id: string): void {
    if (leader.value?.id !== id) return
    const end_s = leader.value.end_s
    const next = leaderAt(attempt.value, end_s + 0.01) ?? nextClip(attempt.value, end_s)
    follow()
    if (!next || next.id === id) return
    playing.value = true
    seek(Math.max(end_s + 0.01, next.start_s))
  }

  function toggle(): void {
    const element = video(leader.value)
    if (!element) return
    if (!element.paused) element.pause()
    else if (element.ended && !nextClip(attempt.value, at_s.value)) restart()
    else void element.play().catch(() => (broken.value = true))
  }

  function restart(): void {
    playing.value = true
    seek(0)
  }

  onScopeDispose(() => cancelAnimationFrame(frame))
  return { at_s, playing, broken, shown, follow, seek, ended, toggle }
}
