/**
 * The machine's evidence as the server sends it (free of a schema, so that a new backend may add
 * to it), read carefully: what is not understood is left out, never guessed.
 */

export interface FrameScore {
  atS: number
  similarity: number
}

export interface Figures {
  model: string | null
  threshold: number | null
  frames: FrameScore[]
  median: number | null
  lowest: number | null
  templateFrames: number | null
}

export interface PromptStep {
  kind: string
  passed: boolean
  why: string | null
  responseS: number | null
  /** Which try it belonged to, from 1. */
  round: number
}

type Loose = Readonly<Record<string, unknown>>

const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null
const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null)
const object = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {}
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

function frameScore(item: unknown, at: number): FrameScore | null {
  if (typeof item === 'number') return { atS: at, similarity: item }
  const frame = object(item)
  const similarity = number(frame['similarity'])
  const atS = number(frame['media_s']) ?? number(frame['at_s']) ?? at
  return similarity === null ? null : { atS, similarity }
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const ordered = [...values].sort((a, b) => a - b)
  const middle = ordered.length >> 1
  return ordered.length % 2 === 1
    ? ordered[middle]!
    : (ordered[middle - 1]! + ordered[middle]!) / 2
}

export function readFigures(evidence: Loose): Figures {
  const similarity = object(evidence['similarity'])
  const raw = list(evidence['frames'] ?? evidence['similarities'] ?? similarity['frames'])
  const frames = raw.map(frameScore).filter((one): one is FrameScore => one !== null)
  const scores = frames.map((one) => one.similarity)
  return {
    model: text(evidence['model']),
    threshold: number(evidence['threshold']),
    frames,
    median: median(scores) ?? number(similarity['median']),
    lowest: scores.length > 0 ? Math.min(...scores) : number(similarity['min']),
    templateFrames: number(evidence['template_frames']),
  }
}

export function readPrompts(evidence: Loose): PromptStep[] {
  const liveness = object(evidence['liveness'])
  return list(evidence['prompts'] ?? liveness['steps'] ?? liveness['prompts']).flatMap((item) => {
    const step = object(item)
    const kind = text(step['kind'])
    if (kind === null) return []
    const why = text(step['why']) ?? text(step['failed'])
    const passed = typeof step['passed'] === 'boolean' ? step['passed'] : why === null
    const responseS = number(step['response_s']) ?? number(step['latency_s'])
    return [{ kind, passed, why, responseS, round: number(step['try']) ?? 1 }]
  })
}

/** Codes of why the assurance is not higher, replay suspicion among them. */
export function readLimits(evidence: Loose): string[] {
  return list(evidence['assurance_reasons']).filter((one) => typeof one === 'string')
}
