/** Working on a call list: order, whole subtrees, who is left out. */
import type { ExclusionValue, UnitView } from '../api/types'

export interface Placed {
  unit: UnitView
  depth: number
  /** How many stand below it. */
  below: number
}

/** The item at `from` goes to `to`; outside the list nothing happens. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const next = [...items]
  if (from < 0 || from >= next.length || to < 0 || to >= next.length) return next
  const [item] = next.splice(from, 1)
  next.splice(to, 0, item!)
  return next
}

/** Those that are not there yet, behind those that are. */
export function joined(ids: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...ids, ...more])]
}

/** Units as they stand in the tree: each before those below it. */
export function placed(units: readonly UnitView[]): Placed[] {
  const known = new Set(units.map((unit) => unit.id))
  const children = new Map<string | null, UnitView[]>()
  for (const unit of units) {
    const parent = unit.parent_id !== null && known.has(unit.parent_id) ? unit.parent_id : null
    children.set(parent, [...(children.get(parent) ?? []), unit])
  }
  function under(parent: string | null, depth: number): Placed[] {
    return (children.get(parent) ?? []).flatMap((unit) => {
      const rest = under(unit.id, depth + 1)
      return [{ unit, depth, below: rest.length }, ...rest]
    })
  }
  return under(null, 0)
}

/** A unit and everything below it, in the order of the tree. */
export function subtree(units: readonly UnitView[], root: string): string[] {
  const all = placed(units)
  const at = all.findIndex((one) => one.unit.id === root)
  if (at < 0) return []
  return all.slice(at, at + 1 + all[at]!.below).map((one) => one.unit.id)
}

/** Whether an exclusion holds on a local day (YYYY-MM-DD). */
export function holds(exclusion: Pick<ExclusionValue, 'until'>, day: string): boolean {
  return exclusion.until === null || exclusion.until >= day
}
