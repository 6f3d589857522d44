"""One verification from the first frame to the verdict, without any I/O.

Camera check (advice until the picture is good, then the neutral view) -> liveness (tries of random
movements) -> the light of the screen -> comparing by quorum -> ``Done``. Similarities are taken
from the first movement on, and the face must be the same throughout. Observations and time go in,
values to act upon come out (``media.faces.outcomes``); the state is that of the table in
``roll_call.verification``, where light and comparing are one.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from media.faces.attention import Attention
from media.faces.camera_check import Adviser, NeutralView
from media.faces.chance import Chance
from media.faces.found import Found
from media.faces.liveness import LivenessTry, Phase
from media.faces.movements import Neutral, View, offset, view_of, within_reach
from media.faces.outcomes import (
    Done,
    EmbedWanted,
    HoldStill,
    MovementsDone,
    Outcome,
    TryFailed,
)
from media.faces.progress import news, standing
from media.faces.same_face import IN_A_MOVEMENT, SameFace, one_face
from media.faces.steps import draw_steps
from media.faces.subject import Subject as Subject
from media.faces.trace import Trace, point
from roll_call import verification_events as on
from roll_call.policy import Policy
from roll_call.ports.faces import FaceObservation
from roll_call.quorum import QuorumOutcome
from roll_call.verification import Verification, VerificationState, apply, new_verification

COMPARING_LIMIT_S = 12.0
FACE_LOST_S = 1.5
LOSSES_LIMIT = 2
"""So often the face may be lost or change after the movements; then the machine gives up."""


class Examination:
    """One session's verification. All times are seconds of one monotonic clock."""

    def __init__(
        self,
        session_id: str,
        attempt: int,
        subject: Subject,
        policy: Policy,
        chance: Chance,
    ) -> None:
        """Raises ModelError(model_not_calibrated) for an unknown model."""
        self._policy, self._chance = policy, chance
        self._found = Found.nothing(subject, chance)
        self._journal, self._sampler = self._found.journal, self._found.sampler
        self._light = self._found.light
        self._same_face = SameFace.at(self._found.point, subject.template_frames)
        self._verification = new_verification(session_id, attempt, policy)
        self._adviser = Adviser()
        self._neutral_view = NeutralView()
        self._try: LivenessTry | None = None
        self._attention = Attention()
        self._losses = 0
        self._comparing_since_s = 0.0

    @property
    def verification(self) -> Verification:
        """The verdict in the making."""
        return self._verification

    @property
    def trace(self) -> Trace:
        """The face's course until now, by which a replay of this session would be known."""
        return self._journal.trace

    def observe(self, seen: FaceObservation, now_s: float) -> list[Outcome]:
        """One frame's observation."""
        if self._verification.state.final:
            return []
        at_s = self._journal.clock.seen_at(seen.media_s, now_s)
        self._note(seen, at_s)
        said = self._changed(seen, at_s, now_s)
        match self._verification.state:
            case VerificationState.AWAITING:
                said += self._check_camera(seen, at_s)
            case VerificationState.LIVENESS:
                said += self._follow(seen, at_s, now_s)
            case VerificationState.COMPARING:
                said += self._advise(seen, at_s) + self._compare(now_s)
            case _:
                pass
        return said + self._wishes(seen, now_s)

    def tick(self, now_s: float) -> list[Outcome]:
        """Time goes by; to be called several times a second."""
        if self._try is not None and self._verification.state is VerificationState.LIVENESS:
            return self._advance(self._try, lambda tried: tried.tick(now_s), now_s)
        if self._verification.state is VerificationState.COMPARING:
            return self._compare(now_s)
        return []

    def conclude(self, now_s: float) -> list[Outcome]:
        """Time is up: a verdict now, INCONCLUSIVE if the frames do not say enough."""
        if self._verification.state.final:
            return []
        self._light.stop()
        if self._verification.state is VerificationState.COMPARING:
            said = self._compare(now_s)
            if self._verification.state.final:
                return said
        return self._decide(on.DeadlinePassed(), now_s)

    @property
    def _moving(self) -> bool:
        return self._try is not None and not self._try.at_rest

    def _note(self, seen: FaceObservation, at_s: float) -> None:
        view = view_of(seen)
        row = point(seen.media_s, view) if view is not None else None
        self._journal.note_view(seen.problem, row, at_rest=not self._moving)
        self._sampler.take(seen, at_s, counts=not self._moving)
        self._light.see(seen, at_s)
        self._found.cues.see(seen)
        looks_on = self._verification.state is VerificationState.COMPARING
        if looks_on and view is not None and self._found.liveness_shown and one_face(seen):
            self._look_on(view, at_s)

    def _look_on(self, view: View, at_s: float) -> None:
        neutral = self._journal.neutral
        if neutral is not None:
            self._found.look_on(offset(view, neutral, at_s))

    def _changed(self, seen: FaceObservation, at_s: float, now_s: float) -> list[Outcome]:
        """Look for another face; it is never forgotten, though the right one repeats everything."""
        if not self._same_face.see(seen, at_s):
            return []
        self._found.face_changed = True
        self._journal.note_change("face_changed", at_s)
        self._start_again()
        if self._try is not None:
            return self._advance(self._try, lambda tried: tried.lose_face(), now_s)
        if self._verification.state is VerificationState.COMPARING:
            return self._lose_face(now_s)
        return []

    def _advise(self, seen: FaceObservation, at_s: float) -> list[Outcome]:
        advice = self._adviser.see(seen.problem, at_s)
        return [advice] if advice else []

    def _check_camera(self, seen: FaceObservation, at_s: float) -> list[Outcome]:
        said = self._advise(seen, at_s)
        neutral = self._neutral_view.see(seen, at_s)
        if neutral is None:
            return said
        if advice := self._adviser.say(None, at_s):
            said.append(advice)
        self._journal.neutral = neutral
        self._sampler.soon(at_s)
        if not self._found.kinds:
            self._apply(on.LivenessExempt(), at_s)
            return [*said, *self._only_look(at_s)]
        self._found.kinds = within_reach(self._found.kinds, neutral) or self._found.kinds
        self._apply(on.FramesStart(), at_s)
        return [*said, self._new_try(neutral, at_s)]

    def _new_try(self, neutral: Neutral, at_s: float) -> HoldStill:
        kinds, challenge = self._found.kinds, self._found.challenge
        # Whoever moves all the time meets a prompt by chance once in a while, but not so many.
        count = self._policy.liveness_steps + self._journal.unasked_movements
        steps = draw_steps(self._chance, kinds, count)
        self._try = LivenessTry(neutral, steps, kinds, challenge, at_s)
        self._found.tries += 1
        return HoldStill(0, len(steps))

    def _follow(self, seen: FaceObservation, at_s: float, now_s: float) -> list[Outcome]:
        tried, view = self._try, view_of(seen)
        if tried is None:
            return self._wait_for_face(seen, at_s)
        if view is not None and one_face(seen):
            said = self._advance(tried, lambda t: t.see(view, at_s, now_s - at_s), now_s)
        else:
            said = self._advance(tried, lambda t: t.miss(at_s, now_s - at_s), now_s)
        return said + self.tick(now_s)

    def _wait_for_face(self, seen: FaceObservation, at_s: float) -> list[Outcome]:
        """After a loss the movements begin anew once there is one face, fit to be seen."""
        said, neutral = self._advise(seen, at_s), self._journal.neutral
        if seen.problem is None and neutral is not None:
            said.append(self._new_try(neutral, at_s))
        return said

    def _advance(
        self, tried: LivenessTry, move: Callable[[LivenessTry], None], now_s: float
    ) -> list[Outcome]:
        """Let the try go on, and say what has changed by it."""
        before = standing(tried)
        move(tried)
        said: list[Outcome] = [*news(tried, before)]
        if any(isinstance(told, HoldStill) for told in said):
            self._sampler.soon(now_s)
        if tried.phase is before.phase:
            return said
        if tried.phase is Phase.PASSED:
            said += self._liveness_passed(tried, now_s)
        elif tried.phase is Phase.FAILED:
            said += self._try_failed(tried, now_s)
        return said

    def _liveness_passed(self, tried: LivenessTry, now_s: float) -> list[Outcome]:
        self._found.note_passed(tried)
        self._try = None
        self._apply(on.LivenessPassed(), now_s)
        return self._only_look(now_s)

    def _only_look(self, now_s: float) -> list[Outcome]:
        """The person has only to look on: the light of the screen first, if it is wanted."""
        self._comparing_since_s = now_s
        self._sampler.movements_done()
        if self._light.wanted:
            return [self._light.begin(now_s)]
        return [MovementsDone(), *self._compare(now_s)]

    def _try_failed(self, tried: LivenessTry, now_s: float) -> list[Outcome]:
        assert tried.failure is not None
        self._journal.note_try(self._found.tries, tried)
        self._try, self._neutral_view = None, NeutralView()
        self._apply(on.TryFailed(), now_s)
        failed = TryFailed(tried.failure, self._verification.tries_left)
        return [failed, *self._done(now_s)]

    def _compare(self, now_s: float) -> list[Outcome]:
        if why := self._lost(now_s):
            self._journal.note_change(why, now_s)
            return self._lose_face(now_s)
        if not self._light.going_on:
            return self._judge(now_s)
        if not self._light.ends(now_s):
            return []
        self._comparing_since_s = now_s
        return [MovementsDone(), *self._judge(now_s)]

    def _lost(self, now_s: float) -> str | None:
        """Why it is not one and the same face any more, seen from the looks alone."""
        if not self._found.liveness_shown:
            return None
        if self._same_face.several(now_s):
            return "several_faces"
        return "face_lost" if self._same_face.missing(now_s, FACE_LOST_S) else None

    def _judge(self, now_s: float) -> list[Outcome]:
        outcome = self._sampler.outcome(now_s)
        if outcome is QuorumOutcome.MATCH and not self._same_face.doubtful:
            assurance, _ = self._found.assess()
            return self._decide(on.QuorumMatch(assurance), now_s)
        if outcome is QuorumOutcome.MISMATCH:
            return self._decide(on.QuorumMismatch(), now_s)
        waited_s = now_s - self._comparing_since_s
        if self._sampler.exhausted or waited_s > COMPARING_LIMIT_S:
            return self._decide(on.NotEnoughFrames(), now_s)
        return []

    def _lose_face(self, now_s: float) -> list[Outcome]:
        """Whoever comes back has to show liveness again, and the old similarities do not count."""
        self._losses += 1
        self._start_again()
        if self._losses >= LOSSES_LIMIT:
            return self._decide(on.NotEnoughFrames(), now_s)
        if not self._found.kinds:
            return self._only_look(now_s)
        self._found.liveness_shown = False
        self._apply(on.FaceLost(), now_s)
        return []

    def _start_again(self) -> None:
        self._light.stop()
        self._sampler.start_again()
        self._same_face.start_again()

    def _wishes(self, seen: FaceObservation, now_s: float) -> list[Outcome]:
        """How to look from now on, and whether to take a similarity of the next frame."""
        state = self._verification.state
        if state.final:
            return []
        light = self._light.going_on
        said: list[Outcome] = [*self._attention.pay(state, seen.problem, self._try, light)]
        usable = seen.problem is None or (self._moving and seen.problem in IN_A_MOVEMENT)
        usable = usable and state is not VerificationState.AWAITING
        hurry = state is VerificationState.COMPARING and not light
        if usable and self._sampler.wants(now_s, hurry, self._same_face.doubtful):
            said.append(EmbedWanted())
        return said

    def _decide(self, event: on.VerificationEvent, now_s: float) -> list[Outcome]:
        if self._try is not None:
            self._journal.note_try(self._found.tries, self._try)
        self._apply(event, now_s)
        return self._done(now_s)

    def _apply(self, event: on.VerificationEvent, now_s: float) -> None:
        """The machine's ``now`` belongs to the common signature; this table does not look at it."""
        now = datetime.fromtimestamp(now_s, UTC)
        self._verification, _ = apply(self._verification, event, self._policy, now)

    def _done(self, now_s: float) -> list[Outcome]:
        """The conclusion, where there is one."""
        if not self._verification.state.final:
            return []
        self._light.stop()
        self._verification = self._found.explained(self._verification)
        return [Done(self._verification, self._found.as_json(self._verification, now_s))]
