"""Active liveness: random movements, each judged against the person's own neutral view and in time.

Sans-IO: views and time come in, a frozen view of the state goes out. One try asks for a random
sequence of movements. Before each the head must be still and straight for a random time; moving
then, or sooner after the prompt than a person can react, is *early*. The movement must begin within
the time that people need, go the asked way, and be over before the next one. A person's reaction
times resemble one another: a recording's, against random moments, do not, so their spread is
limited too. What a recording of the very same sequence achieves is measured in
``tests/media/faces``.

Everything is judged by when a view was taken, not by when it was looked at; a gap in the views
makes a prompt void (another one follows, at no cost), and lag widens the limits: a slow machine or
line is never the person's fault. Both are bounded.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from math import inf

from media.faces.answer import Answer, Ending
from media.faces.challenge import Challenge
from media.faces.movements import MOVEMENTS, Channel, Neutral, Offset, View, offset
from media.faces.outcomes import PromptKind, TryFailure
from media.faces.steps import TIMING, Step, Timing, draw_another, reaction_fault
from media.faces.unasked import CLEAR, Unasked


class Phase(Enum):
    """Where in a step a try stands."""

    SETTLE = auto()
    HOLD = auto()
    RESPOND = auto()
    RETURN = auto()
    PASSED = auto()
    FAILED = auto()


@dataclass(slots=True)
class LivenessTry:
    """One try. ``see`` and ``miss`` take views, ``tick`` the time; then read ``phase``.

    ``allowed`` are the kinds that a prompt may have that replaces a void one. ``due``: for a
    recording whose prompts are known, when each was shown; nothing replaces a void one then.
    """

    neutral: Neutral
    kinds: tuple[PromptKind, ...]
    allowed: list[PromptKind]
    challenge: Challenge
    began_s: float
    timing: Timing = TIMING
    due: tuple[float, ...] | None = None
    steps: list[Step] = field(default_factory=list)
    void_steps: list[Step] = field(default_factory=list)
    phase: Phase = Phase.HOLD
    failure: TryFailure | None = None
    _prompt_due_s: float = 0.0
    _passed_at_s: float = 0.0
    _seen_s: float = 0.0
    _arrived_s: float = 0.0
    _missing_since_s: float | None = None
    _rest_since_s: float | None = None
    _restless_s: dict[Channel, float] = field(default_factory=dict)
    _answer: Answer | None = None
    _ending: Ending | None = None
    _unasked: Unasked = field(default_factory=lambda: Unasked(CLEAR))

    def __post_init__(self) -> None:
        self._seen_s = self._arrived_s = self.began_s
        self._hold(self.began_s)

    @property
    def index(self) -> int:
        """The present step, from 0."""
        return len(self.steps) - (0 if self.at_rest else 1)

    @property
    def at_rest(self) -> bool:
        """Whether the person is asked to look straight ahead."""
        return self.phase in {Phase.HOLD, Phase.SETTLE}

    @property
    def spent(self) -> frozenset[Channel]:
        """Channels that say no more: whoever came nearer may stay there or go back."""
        asked = {step.movement for step in [*self.steps, *self.void_steps]}
        return frozenset(movement.channel for movement in asked if movement.may_stay)

    def tick(self, now_s: float) -> None:
        """Issue a prompt that is due, as long as views come in and the person is at rest."""
        if self.phase is not Phase.HOLD or now_s < self._prompt_due_s:
            return
        if self.due is not None:
            self._issue(self._prompt_due_s)
        elif now_s - self._arrived_s <= self.timing.gap_s and self._calm(now_s):
            self._issue(now_s)

    def see(self, view: View, at_s: float, lag_s: float = 0.0) -> None:
        """One usable view of exactly one face, taken at ``at_s`` and here ``lag_s`` later."""
        gap_s = at_s - self._seen_s
        self._seen_s, self._arrived_s, self._missing_since_s = at_s, at_s + lag_s, None
        seen = offset(view, self.neutral, at_s)
        match self.phase:
            case Phase.SETTLE:
                self._settle(seen)
            case Phase.HOLD:
                self._keep_still(seen)
            case Phase.RESPOND:
                self._allow_for(lag_s)
                if self._hides_answer(gap_s, seen):
                    self._void(at_s)
                else:
                    self._respond(seen)
            case Phase.RETURN:
                self._passed_at_s += max(0.0, gap_s - self.timing.gap_s)
                if self._ending is not None and self._ending.see(seen):
                    self._returned(at_s)
        self._check_patience(at_s)

    def miss(self, at_s: float, lag_s: float = 0.0) -> None:
        """A view without exactly one face."""
        self._arrived_s = at_s + lag_s
        if self._missing_since_s is None:
            self._missing_since_s = at_s
        if at_s - self._missing_since_s > self.timing.lost_s:
            self._fail(TryFailure.FACE_LOST)
        self._check_patience(at_s)

    def lose_face(self) -> None:
        """Another face came in: nothing of this try counts."""
        self._fail(TryFailure.FACE_LOST)

    def _issue(self, at_s: float) -> None:
        prompt = self.challenge.issue(self.kinds[len(self.steps)])
        self.steps.append(Step(prompt.number, prompt.id, prompt.kind, prompt.digits, at_s))
        self._answer = Answer(self.steps[-1].movement, self.timing.gap_s)
        self._ending = None
        self.phase = Phase.RESPOND

    def _calm(self, now_s: float) -> bool:
        """Whether what is going to be asked is not going on already: a word, a blink."""
        channel = MOVEMENTS[self.kinds[len(self.steps)]].channel
        if now_s - self._restless_s.get(channel, -inf) >= self.timing.calm_s:
            return True
        if now_s - self._prompt_due_s > self.timing.calm_limit_s:
            self._fail(TryFailure.TOO_EARLY)
        return False

    def _keep_still(self, seen: Offset) -> None:
        if not seen.straight(self.timing.still_deg) or self._unasked.see(seen, self.spent):
            self._fail(TryFailure.TOO_EARLY)
        movement = MOVEMENTS[self.kinds[len(self.steps)]]
        if movement.gone(seen) >= movement.onset:
            self._restless_s[movement.channel] = seen.at_s

    def _allow_for(self, lag_s: float) -> None:
        step = self.steps[-1]
        slack_s = min(self.timing.slack_limit_s, lag_s - self.timing.usual_lag_s)
        step.slack_s = max(step.slack_s, slack_s)

    def _hides_answer(self, gap_s: float, seen: Offset) -> bool:
        """Whether a gap in the views holds the movement's beginning, or may hold all of it."""
        step = self.steps[-1]
        began = step.onset_at_s is not None
        if len(self.void_steps) >= self.timing.void_limit or (began and not step.movement.openings):
            return False
        begins = began or step.movement.gone(seen) >= step.movement.onset
        begins = begins or step.movement.goes_elsewhere(seen)
        return gap_s > (self.timing.gap_s if begins else self.timing.movement_gap_s)

    def _void(self, at_s: float) -> None:
        """Nobody saw how the prompt was answered: ask for another movement after a rest."""
        step = self.steps.pop()
        step.void = True
        self.void_steps.append(step)
        if self.due is not None:
            self._fail(TryFailure.TOO_LATE)
            return
        index = len(self.steps)
        others = (*self.kinds[:index], *self.kinds[index + 1 :], step.kind)
        another = draw_another(self.challenge.chance, self.allowed, others)
        self.kinds = (*self.kinds[:index], another, *self.kinds[index + 1 :])
        self._ending = Ending(step.movement, self.timing.straight_deg, self.timing.still_deg)
        self.phase, self._rest_since_s = Phase.SETTLE, at_s

    def _settle(self, seen: Offset) -> None:
        """Wait until a late answer to the void prompt is over."""
        if self._ending is None or not self._ending.see(seen):
            self._rest_since_s = None
        elif self._rest_since_s is None:
            self._rest_since_s = seen.at_s
        elif seen.at_s - self._rest_since_s >= self.timing.settle_s:
            self._hold(seen.at_s)

    def _check_patience(self, at_s: float) -> None:
        if at_s <= self._patience_ends_s():
            return
        if self.phase is Phase.RESPOND and self._unheard():
            self._void(at_s)
        else:
            self._fail(TryFailure.TOO_LATE)

    def _unheard(self) -> bool:
        """Whether a reading was not seen: some words hardly move the jaw, and that is no fault.

        Only the sound would tell, which is for the reviewer's ear; ask for something visible.
        """
        reading = self.steps[-1].kind is PromptKind.READ_DIGITS
        visible = any(kind is not PromptKind.READ_DIGITS for kind in self.allowed)
        return reading and visible and len(self.void_steps) < self.timing.void_limit

    def _hold(self, now_s: float) -> None:
        self.phase = Phase.HOLD
        self._unasked.forget()
        if self.due is not None:
            self._prompt_due_s = self.due[len(self.steps)]
        else:
            self._prompt_due_s = now_s + self.challenge.chance.uniform(*self.timing.wait_s)

    def _respond(self, seen: Offset) -> None:
        step, answer = self.steps[-1], self._answer
        assert answer is not None
        if seen.at_s < step.prompt_at_s:
            if not seen.straight(self.timing.still_deg):
                self._fail(TryFailure.TOO_EARLY)
            return
        answer.see(seen)
        step.onset_at_s, step.peak = answer.onset_at_s, answer.peak
        failure = self._judged(step, seen, answer.done)
        if failure is not None:
            self._fail(failure)
        elif answer.done:
            step.passed = True
            self.phase, self._passed_at_s = Phase.RETURN, seen.at_s
            self._ending = Ending(step.movement, self.timing.straight_deg, self.timing.still_deg)

    def _judged(self, step: Step, seen: Offset, done: bool) -> TryFailure | None:
        movement = step.movement
        elsewhere = self._unasked.see(seen, self.spent | {movement.channel})
        if elsewhere or movement.goes_elsewhere(seen):
            return TryFailure.WRONG_MOVEMENT
        if movement.passing and not done:
            return None
        return reaction_fault(step, self.steps[:-1], self.timing)

    def _patience_ends_s(self) -> float:
        """When what is waited for would come too late."""
        if self.phase not in {Phase.RESPOND, Phase.RETURN}:
            return inf
        step = self.steps[-1]
        if self.phase is Phase.RETURN:
            return self._passed_at_s + step.movement.back_s
        if step.onset_at_s is not None:
            return step.onset_at_s + step.movement.lasts_s + step.slack_s
        latest_s = self.timing.reaction_s[1] + step.movement.later_s
        return step.prompt_at_s + latest_s + self.timing.lost_s + step.slack_s

    def _returned(self, at_s: float) -> None:
        if len(self.steps) == len(self.kinds):
            self.phase = Phase.PASSED
        else:
            self._hold(at_s)

    def _fail(self, why: TryFailure) -> None:
        if self.phase not in {Phase.PASSED, Phase.FAILED}:
            self.phase, self.failure = Phase.FAILED, why
