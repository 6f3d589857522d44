/** One tab of a page. */
export interface Tab<Name extends string> {
  name: Name
  label: string
  /** How many things wait behind it. */
  waiting?: number
}
