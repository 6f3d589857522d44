/** The part after the movements: questions, then location, then waiting for the receipt. */

import { send, type Effect, type State, type Transition } from './state'

const firstOpen = (state: State): number =>
  (state.questions ?? []).findIndex((question) => !(question.id in state.answers))

const sendAnswers = (state: State): Effect => {
  const asked = (state.questions ?? []).map(({ id }) => [id, state.answers[id] ?? ''] as const)
  return send({ type: 'answers', items: Object.fromEntries(asked) })
}

/** Where the person stands once the movements are over. */
export function afterMovements(state: State): State {
  const open = firstOpen(state)
  if (open >= 0) return { ...state, screen: 'question', questionIndex: open }
  const asked = state.questions !== null && state.locationWanted && state.location === null
  return { ...state, screen: asked ? 'location' : 'finishing' }
}

/** Asked again after a lost link, what was answered already is said again without the person. */
export function onQuestions(
  state: State,
  questions: NonNullable<State['questions']>,
  locationWanted: boolean,
): Transition {
  const next = afterMovements({ ...state, questions, locationWanted, trouble: null })
  if (next.screen === 'question') return [next, []]
  const effects = [sendAnswers(next)]
  if (next.location && locationWanted) effects.push(send(next.location))
  return [next, effects]
}

export function onAnswer(state: State, id: string, value: string): Transition {
  if (state.screen !== 'question' || state.questions?.[state.questionIndex]?.id !== id) {
    return [state, []]
  }
  const answered = { ...state, answers: { ...state.answers, [id]: value } }
  const index = state.questionIndex + 1
  if (index < state.questions.length) return [{ ...answered, questionIndex: index }, []]
  const next = afterMovements(answered)
  return [next, next.screen === 'question' ? [] : [sendAnswers(next)]]
}

export function onLocated(state: State, reply: NonNullable<State['location']>): Transition {
  if (state.screen !== 'location') return [state, []]
  return [{ ...state, location: reply, locating: false, screen: 'finishing' }, [send(reply)]]
}
