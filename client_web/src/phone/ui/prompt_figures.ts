/**
 * What a prompt looks like: an arrow to follow, or a face that does it. Drawn for this page on a
 * 100 x 100 grid; parts that move carry the class by which style/prompts.css moves them.
 */

import type { PromptKind } from '@/core/wire'

export interface Part {
  d: string
  moves?: 'lids' | 'eyes' | 'mouth' | 'grows' | 'goal'
}

const ARROW = 'M4 50L50 8v24h44v36H50v24z'
const HEAD = 'M50 6C26 6 12 24 12 48s16 46 38 46s38-22 38-46S74 6 50 6z'
const EYES = 'M34 34a6 8 0 1 0 .1 0zM66 34a6 8 0 1 0 .1 0z'
const LIDS = 'M25 44q9 8 18 0M57 44q9 8 18 0'
const SMILE = 'M36 70q14 8 28 0'
const MOUTH = 'M50 56a13 15 0 1 0 .1 0z'

/** A picture of several parts; the digits of `read_digits` are their own picture. */
export const FIGURES: Record<Exclude<PromptKind, 'read_digits'>, Part[]> = {
  turn_left: [{ d: ARROW }],
  turn_right: [{ d: ARROW }],
  nod: [{ d: ARROW }],
  close_eyes: [{ d: HEAD }, { d: EYES, moves: 'eyes' }, { d: SMILE }, { d: LIDS, moves: 'lids' }],
  open_mouth: [{ d: HEAD }, { d: EYES }, { d: MOUTH, moves: 'mouth' }],
  come_nearer: [
    { d: HEAD, moves: 'grows' },
    { d: EYES, moves: 'grows' },
    { d: SMILE, moves: 'grows' },
    { d: HEAD, moves: 'goal' },
  ],
}
