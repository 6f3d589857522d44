/** A page that the main navigation leads to. */
import type { Deed } from '../logic/permissions'

export interface Place {
  path: string
  /** Dictionary key of its name. */
  label: string
  keys: string
  /** Who may not do this does not see the place. */
  deed?: Deed
}
