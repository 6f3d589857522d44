/** The first steps of a center: where each is done. */

export const STEP_PATHS: Readonly<Record<string, string>> = {
  center: '/units',
  units: '/import/units',
  officers: '/import/officers',
  roster: '/roster',
  plan: '/plans',
  terminal: '/terminal',
  faces: '/people?tab=officers',
}

/** Steps that are shown on a page of another kind too: by hand, without a file. */
export const BY_HAND: Readonly<Record<string, string>> = {
  units: '/units',
  officers: '/people?tab=officers',
}
