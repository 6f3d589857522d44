/** Units, persons and officers that this officer may see. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { endpoints } from '../api/endpoints'
import type { OfficerView, PersonView, UnitView } from '../api/types'

export const useRegistry = defineStore('registry', () => {
  const units = shallowRef<UnitView[]>([])
  const persons = shallowRef<PersonView[]>([])
  const officers = shallowRef<OfficerView[]>([])
  const loaded = ref(false)

  /** Units that persons are listed at: everything below the command center. */
  const offices = computed(() => units.value.filter((unit) => unit.kind !== 'command_center'))

  async function loadUnits(): Promise<void> {
    units.value = await endpoints.units()
  }

  async function loadPersons(): Promise<void> {
    const [allUnits, allPersons] = await Promise.all([endpoints.units(), endpoints.persons()])
    units.value = allUnits
    persons.value = allPersons
    loaded.value = true
  }

  async function loadOfficers(): Promise<void> {
    const [allUnits, allOfficers] = await Promise.all([endpoints.units(), endpoints.officers()])
    units.value = allUnits
    officers.value = allOfficers
  }

  return { units, persons, officers, offices, loaded, loadUnits, loadPersons, loadOfficers }
})
