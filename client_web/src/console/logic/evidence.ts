/**
 * The machine's evidence as the server sends it (free of a schema, so that a new backend may add
 * to it), read carefully: what is not understood is left out, never guessed.
 */

export interface FrameScore {
  atS: number
  similarity: number
  /** False in the midst of a movement: kept, but not judged by. */
  counts: boolean
  /** Likeness to the session's own first face. */
  continuity: number | null
  sharpness: number | null
  brightness: number | null
  eyeDistancePx: number | null
}

export interface Figures {
  model: string | null
  modelVersion: string | null
  calibration: string | null
  threshold: number | null
  frames: FrameScore[]
  median: number | null
  lowest: number | null
  templateFrames: number | null
  templateVersion: number | null
  /** What the browser calls the camera. */
  camera: string | null
}

export interface PromptStep {
  kind: string
  /** What was to be read aloud; the machine does not listen. */
  digits: string | null
  /** When it was asked, in the session's video. */
  atS: number | null
  passed: boolean
  /** Frames were missing just then, so it does not count. */
  void: boolean
  why: string | null
  responseS: number | null
  /** Which try it belonged to, from 1. */
  round: number
}

/** The colours that the phone's screen showed, and whether they were seen on the face. */
export interface ScreenLight {
  outcome: string
  colours: string[]
  atS: number | null
  lagS: number | null
}

type Loose = Readonly<Record<string, unknown>>

const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null
const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null)
const object = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {}
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

function frameScore(item: unknown, at: number): FrameScore | null {
  const frame = typeof item === 'number' ? { similarity: item } : object(item)
  const similarity = number(frame['similarity'])
  const atS = number(frame['media_s']) ?? number(frame['at_s']) ?? at
  if (similarity === null) return null
  return {
    atS,
    similarity,
    counts: frame['counts'] !== false,
    continuity: number(frame['continuity']),
    sharpness: number(frame['sharpness']),
    brightness: number(frame['brightness']),
    eyeDistancePx: number(frame['eye_distance_px']),
  }
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
  const scores = frames.filter((one) => one.counts).map((one) => one.similarity)
  return {
    model: text(evidence['model']),
    modelVersion: text(evidence['model_version']),
    calibration: text(object(evidence['calibration'])['name']),
    threshold: number(evidence['threshold']),
    frames,
    median: median(scores) ?? number(similarity['median']),
    lowest: scores.length > 0 ? Math.min(...scores) : number(similarity['min']),
    templateFrames: number(evidence['template_frames']),
    templateVersion: number(evidence['template_version']),
    camera: text(object(evidence['cues'])['camera']),
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
    return [
      {
        kind,
        digits: text(step['digits']),
        atS: number(step['media_s']),
        passed,
        void: step['void'] === true,
        why,
        responseS,
        round: number(step['try']) ?? 1,
      },
    ]
  })
}

export function readLight(evidence: Loose): ScreenLight | null {
  const light = object(evidence['screen_light'])
  const outcome = text(light['outcome'])
  if (outcome === null) return null
  const isColour = (one: unknown): one is string =>
    typeof one === 'string' && /^#[0-9a-f]{6}$/i.test(one)
  return {
    outcome,
    colours: list(light['colours']).filter(isColour),
    atS: number(light['media_s']),
    lagS: number(light['lag_s']),
  }
}
