/** Choosing persons for a roll-call by office, search and hand. */

export interface Choosable {
  id: string
  name: string
  dossier_number: string
  office_ids: readonly string[]
}

/** Persons of any of the offices (all when none is given) that match every word of the search. */
export function matching<T extends Choosable>(
  persons: readonly T[],
  officeIds: ReadonlySet<string>,
  search: string,
): T[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return persons.filter((person) => {
    if (officeIds.size > 0 && !person.office_ids.some((office) => officeIds.has(office))) return false
    const text = `${person.name} ${person.dossier_number}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** All of `shown` are taken out if all of them were chosen, else all are taken in. */
export function toggleAll(chosen: ReadonlySet<string>, shown: readonly { id: string }[]): Set<string> {
  const next = new Set(chosen)
  const all = shown.length > 0 && shown.every((one) => next.has(one.id))
  for (const one of shown) {
    if (all) next.delete(one.id)
    else next.add(one.id)
  }
  return next
}

/** Every order is as likely as any other (Fisher-Yates); `chance` gives numbers in [0, 1). */
export function shuffled<T>(all: readonly T[], chance: () => number): T[] {
  const mixed = [...all]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(chance() * (last + 1))
    ;[mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!]
  }
  return mixed
}
