/** What the officer does with the round: each key and button ends here. */
import { ElMessage } from 'element-plus'
import { computed, ref, shallowRef, watch } from 'vue'

import { endpoints } from '../api/endpoints'
import { t, word } from '../i18n'
import { errorText } from '../logic/error_text'
import type { Reason } from '../logic/reasons'
import { isOpen, neighbour } from '../logic/round'
import {
  numberFor,
  outcomeKeys,
  outcomeWord,
  presentReason,
  proposed,
  type Excuse,
  type OutcomeKey,
} from '../logic/round_decision'
import type { EscalationStep, ReachOutcome, RoundEntry, RoundOutcome } from '../logic/round_values'
import { useRound } from '../stores/round'
import { useSession } from '../stores/session'
import { useUndo } from '../stores/undo'
import { useNote } from './useNote'

/** What stands between a key and its decision. */
export type Step =
  | { kind: 'again'; key: OutcomeKey }
  | { kind: 'why' }
  | { kind: 'how' }
  | { kind: 'reach'; step: EscalationStep }

export type Conducting = ReturnType<typeof useConducting>

export function useConducting() {
  const round = useRound()
  const session = useSession()
  const undo = useUndo()
  const step = shallowRef<Step | null>(null)
  /** What has just been done, for those who do not see it. */
  const said = ref('')
  /** Counts how often words were missing, so that the page puts the cursor there. */
  const wanting = ref(0)
  /** The number that is being dialled; the officer may write another. */
  const number = ref('')

  const me = computed(() => session.view?.officer.id ?? '')
  const conducts = computed(() => round.view?.conductor?.id === me.value)
  const may = computed(() => session.can('conduct'))
  const suspended = computed(() => round.view?.state === 'suspended')
  const entry = computed(() => round.current)
  const keys = computed(() => outcomeKeys(entry.value?.subject_kind ?? 'unit'))
  const ready = computed(
    () => conducts.value && !suspended.value && entry.value !== null && !round.busy,
  )
  const note = useNote(computed(() => entry.value?.entry_id ?? null))

  watch(() => round.view?.current, () => (step.value = null))

  async function attempt(doing: () => Promise<boolean>, done = ''): Promise<boolean> {
    try {
      const ran = await doing()
      if (ran && done) said.value = done
      return ran
    } catch (error) {
      ElMessage({ message: errorText(error), type: 'error' })
      return false
    }
  }

  /** Become the one who conducts; before the first call the first one's turn begins with it. */
  async function begin(): Promise<void> {
    if (!may.value || round.busy) return
    const fresh = round.phase === 'ready'
    if (!conducts.value && !(await attempt(round.conduct, t('round.said.taken')))) return
    if (fresh && !suspended.value) await attempt(() => round.callEntry(null))
  }

  async function decide(outcome: RoundOutcome, reason: Reason | null, words = note.text.value): Promise<void> {
    const now = entry.value
    if (!now || !ready.value) return
    const body = { entry_id: now.entry_id, outcome, reason, note: words.trim() }
    const named = t(`round.outcome.${outcomeWord(outcome, reason)}`)
    const done = await attempt(
      () => round.confirm(body),
      t('round.said.decided', { name: now.name, outcome: named }),
    )
    if (!done) return
    note.forget(now.entry_id)
    step.value = null
    if (outcome !== 'later' && outcome !== 'open') {
      undo.offer({ entryId: now.entry_id, name: now.name, outcome })
    }
  }

  /** The proposal, if there is one: the key of a unit where all is normal. */
  function confirm(): void {
    const now = entry.value
    const sent = now && proposed(now)
    if (!now || !sent || step.value !== null) return
    const words = note.text.value.trim()
    void decide(sent.outcome, sent.reason, sent.reason === 'other' ? words || told(now) : words)
  }

  /** What the office said by itself, in its words: reason OTHER needs some. */
  function told({ exception }: RoundEntry): string {
    if (!exception) return ''
    return [word('round.exception', exception.reason), exception.note].filter(Boolean).join(t('punctuation.comma'))
  }

  function press(key: OutcomeKey): void {
    const now = entry.value
    if (!now || !ready.value) return
    if (key.asks === 'why') step.value = { kind: 'why' }
    else if (key.asks === 'again') pressAgain(key)
    else if (key.asks === 'how') {
      const how = presentReason(now)
      if (how) void decide(key.outcome, how)
      else step.value = { kind: 'how' }
    } else void decide(key.outcome, key.reason)
  }

  /** An absence is the officer's own word: it takes the same key twice. */
  function pressAgain(key: OutcomeKey): void {
    const asked = step.value
    if (asked?.kind === 'again' && asked.key.name === key.name) void decide(key.outcome, key.reason)
    else step.value = { kind: 'again', key }
  }

  /** 请假 with its reason. OTHER needs words; a meeting room that is taken brings its own. */
  async function excuse(chosen: Excuse): Promise<void> {
    const words = note.text.value.trim()
    if (chosen.name === 'other' && !words) {
      wanting.value += 1
      return
    }
    const own = chosen.name === 'room_taken' && !words ? t('round.excuse.room_taken') : words
    await decide('excused', chosen.reason, own)
  }

  function walk(by: 1 | -1): void {
    const { view } = round
    const to = view && neighbour(view, view.current, by)
    if (to) void call(to.entry_id)
  }

  async function call(id: string | null): Promise<void> {
    if (conducts.value && !suspended.value) await attempt(() => round.callEntry(id))
  }

  async function prompt(): Promise<void> {
    const now = entry.value
    if (now && ready.value) {
      await attempt(() => round.prompt(now.entry_id), t('round.said.rang', { name: now.name }))
    }
  }

  async function reach(outcome: ReachOutcome): Promise<void> {
    const now = entry.value
    const asked = step.value
    if (!now || !ready.value || asked?.kind !== 'reach') return
    const body = {
      entry_id: now.entry_id,
      step: asked.step,
      number: number.value.trim(),
      outcome,
      note: note.text.value.trim(),
    }
    const done = t('round.said.tried', { name: now.name, outcome: word('round.reach', outcome) })
    if (await attempt(() => round.escalate(body), done)) step.value = null
  }

  function openReach(how: EscalationStep): void {
    if (!entry.value || !ready.value) return
    number.value = numberFor(entry.value, how).number
    step.value = { kind: 'reach', step: how }
  }

  async function snapshot(): Promise<void> {
    const now = entry.value
    if (!now || !ready.value) return
    const done = t('round.said.snapshot', { name: now.name })
    if (await attempt(() => round.snapshot(now.entry_id), done)) {
      ElMessage({ message: done, type: 'success' })
    }
  }

  /** Another turn for all who are open still: each goes to the end, and the first of them is called. */
  async function again(): Promise<void> {
    const open = round.entries.filter(isOpen)
    const [first] = open
    if (!first || !conducts.value || suspended.value) return
    for (const one of open) {
      const later = { entry_id: one.entry_id, outcome: 'later' as const, reason: null, note: '', advance: false }
      if (!(await attempt(() => round.confirm(later)))) return
    }
    await attempt(() => round.callEntry(first.entry_id))
  }

  /** The window's clock stands still, or goes on. */
  const steer = (action: 'suspend' | 'resume') =>
    attempt(async () => {
      await endpoints.steerRollCall(round.view!.roll_call_id, action)
      return true
    })

  const finish = () => attempt(round.finish, t('round.said.finished'))
  const handOver = (officer: string) => attempt(() => round.handOver(officer))

  return {
    step,
    said,
    wanting,
    number,
    note,
    keys,
    may,
    conducts,
    suspended,
    ready,
    entry,
    begin,
    decide,
    confirm,
    press,
    excuse,
    walk,
    call,
    prompt,
    reach,
    openReach,
    snapshot,
    again,
    steer,
    finish,
    handOver,
  }
}
