/** Who is signed in, what they may do, and whether the center has been set up at all. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

import { endpoints } from '../api/endpoints'
import { ApiError } from '../api/request'
import type { SessionView, SetupState } from '../api/types'
import { setTimeZone } from '../clock'
import { allowed, type Deed } from '../logic/permissions'

export const useSession = defineStore('session', () => {
  const setup = shallowRef<SetupState | null>(null)
  const view = shallowRef<SessionView | null>(null)

  const signedIn = computed(() => view.value !== null)
  /** Signed in, with a password that nobody else knows; before that the server opens nothing. */
  const ready = computed(() => view.value !== null && !view.value.must_change_password)
  const center = computed(() => view.value?.center || setup.value?.center || '')
  const demonstration = computed(
    () => (view.value?.demonstration ?? setup.value?.demonstration) === true,
  )

  /** Whether the signed-in officer may do this; the server decides again on every request. */
  function can(deed: Deed): boolean {
    return ready.value && allowed(view.value!.permissions, deed)
  }

  async function load(): Promise<void> {
    setup.value = await endpoints.setup()
    setTimeZone(setup.value.time_zone)
    if (setup.value.first_run) return
    try {
      view.value = await endpoints.session()
      setTimeZone(view.value.time_zone)
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error
      view.value = null
    }
  }

  async function signIn(username: string, password: string): Promise<void> {
    await endpoints.signIn(username, password)
    await load()
  }

  async function signOut(): Promise<void> {
    await endpoints.signOut()
    view.value = null
  }

  /** The server has ended the session. */
  function forget(): void {
    view.value = null
  }

  return { setup, view, signedIn, ready, center, demonstration, can, load, signIn, signOut, forget }
})
