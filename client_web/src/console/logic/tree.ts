/** The tree of units, from the flat list that the server tells. */
import type { UnitView } from '../api/types'

export interface Branch {
  id: string
  unit: UnitView
  children: Branch[]
}

/** Roots first, children by name; a unit whose parent is out of sight is a root. */
export function branches(units: readonly UnitView[], locale: string): Branch[] {
  const all = new Map(units.map((unit) => [unit.id, { id: unit.id, unit, children: [] as Branch[] }]))
  const roots: Branch[] = []
  for (const branch of all.values()) {
    const parent = branch.unit.parent_id === null ? undefined : all.get(branch.unit.parent_id)
    if (parent) parent.children.push(branch)
    else roots.push(branch)
  }
  const order = new Intl.Collator(locale, { numeric: true })
  const sort = (list: Branch[]): Branch[] => {
    list.sort((a, b) => order.compare(a.unit.name, b.unit.name))
    for (const one of list) sort(one.children)
    return list
  }
  return sort(roots)
}

/** The units above, the highest first. */
export function pathTo(units: readonly UnitView[], unit: UnitView): UnitView[] {
  const path: UnitView[] = []
  let above = units.find((one) => one.id === unit.parent_id)
  while (above && !path.includes(above)) {
    path.unshift(above)
    const next = above.parent_id
    above = units.find((one) => one.id === next)
  }
  return path
}

/** Ids of a unit and of everything below it. */
export function within(units: readonly UnitView[], root: string): Set<string> {
  const inside = new Set([root])
  let grown = true
  while (grown) {
    grown = false
    for (const one of units) {
      if (one.parent_id !== null && inside.has(one.parent_id) && !inside.has(one.id)) {
        inside.add(one.id)
        grown = true
      }
    }
  }
  return inside
}

/** Where a unit may move to: anywhere but into itself, and not where it is. */
export function placesFor(units: readonly UnitView[], unit: UnitView): UnitView[] {
  const inside = within(units, unit.id)
  return units.filter((one) => !inside.has(one.id) && one.id !== unit.parent_id)
}
