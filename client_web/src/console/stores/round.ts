/** The round on the screen: the server's word, and the officer's commands to it. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { endpoints } from '../api/endpoints'
import { connected, inOrder, merged, phaseOf } from '../logic/round'
import type {
  Confirmation,
  Escalation,
  RoundChange,
  RoundEntry,
  RoundView,
} from '../logic/round_values'

export const useRound = defineStore('round', () => {
  const view = shallowRef<RoundView | null>(null)
  /** A command is on its way; keys that decide rest until its answer. */
  const busy = ref(false)

  const entries = computed(() => (view.value ? inOrder(view.value) : []))
  const phase = computed(() => (view.value ? phaseOf(view.value) : 'closed'))
  const current = computed<RoundEntry | null>(
    () => entries.value.find((one) => one.entry_id === view.value?.current) ?? null,
  )
  const preconnected = computed(() => (view.value ? connected(view.value) : null))

  async function load(id: string): Promise<void> {
    if (view.value?.roll_call_id !== id) view.value = null
    take(await endpoints.round(id))
  }

  /** A whole view: of a command's answer, or of a load. One that a message has overtaken is not taken. */
  function take(fresh: RoundView): void {
    const known = view.value
    const overtaken = known?.roll_call_id === fresh.roll_call_id && fresh.version < known.version
    if (!overtaken) view.value = fresh
  }

  function apply(change: RoundChange): void {
    if (view.value) view.value = merged(view.value, change)
  }

  /** One command at a time; its answer is the round as it stands after it. */
  async function run(command: (id: string) => Promise<RoundView>): Promise<boolean> {
    const id = view.value?.roll_call_id
    if (id === undefined || busy.value) return false
    busy.value = true
    try {
      take(await command(id))
      return true
    } catch (error) {
      // Whatever was refused, the screen shows how it stands: another officer may have been quicker.
      await load(id).catch(() => undefined)
      throw error
    } finally {
      busy.value = false
    }
  }

  const conduct = () => run(endpoints.takeRound)
  const handOver = (officer: string) => run((id) => endpoints.handOverRound(id, officer))
  const callEntry = (entry: string | null) => run((id) => endpoints.callInRound(id, entry))
  const confirm = (body: Confirmation) => run((id) => endpoints.confirmInRound(id, body))
  const prompt = (entry: string) => run((id) => endpoints.promptInRound(id, entry))
  const escalate = (body: Escalation) => run((id) => endpoints.escalateInRound(id, body))
  const snapshot = (entry: string) => run((id) => endpoints.snapshotInRound(id, entry))
  const finish = () => run(endpoints.finishRound)

  return {
    view,
    busy,
    entries,
    phase,
    current,
    preconnected,
    load,
    apply,
    conduct,
    handOver,
    callEntry,
    confirm,
    prompt,
    escalate,
    snapshot,
    finish,
  }
})
