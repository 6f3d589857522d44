/** A small thing that a person is asked to do in a live call, so that nothing can be prepared. */

export const ACTIONS = [
  'left_ear',
  'right_ear',
  'raise_left',
  'raise_right',
  'cover_eye',
  'thumb',
  'fingers_three',
  'turn_round',
  'chin',
  'wave',
] as const
export type Action = (typeof ACTIONS)[number]

/** Another one than before; `chance` in [0, 1). */
export function anotherAction(before: Action | null, chance: number): Action {
  const others = ACTIONS.filter((one) => one !== before)
  return others[Math.floor(chance * others.length)]!
}
