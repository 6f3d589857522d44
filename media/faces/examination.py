"""One verification from the first frame to the verdict, without any I/O.

Camera check (advice until the picture is good, then the neutral pose) -> liveness (tries of random
movements) -> comparing by quorum -> ``Done``. Observations and time go in, values to act upon come
out (``media.faces.outcomes``); the state is that of the table in ``roll_call.verification``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from media.faces.calibration import operating_point
from media.faces.camera_check import Adviser, NeutralPose
from media.faces.comparing import Sampler
from media.faces.evidence import Journal
from media.faces.liveness import Chance, LivenessTry, Phase, draw_steps
from media.faces.outcomes import (
    Done,
    EmbedWanted,
    HoldStill,
    MovementsDone,
    Outcome,
    PromptIssued,
    PromptKind,
    StepPassed,
    TryFailed,
)
from media.faces.trace import REPLAY_FROM, Trace, likeness, movements, rounded
from roll_call import verification_events as on
from roll_call.policy import Policy
from roll_call.ports.faces import FaceObservation, FaceProblem, Pose
from roll_call.quorum import QuorumOutcome, match_assurance
from roll_call.verification import (
    Assurance,
    Verification,
    VerificationState,
    apply,
    new_verification,
)

COMPARING_LIMIT_S = 12.0
FACE_LOST_S = 1.5


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose examination it is: the reference's model and size, and what is known of the person.

    ``exempt`` are the kinds of movement that an officer spared the person; ``earlier_traces`` are
    the traces of the person's earlier sessions, from their evidence.
    """

    model: str
    template_frames: int
    exempt: frozenset[str] = frozenset()
    earlier_traces: Sequence[Trace] = ()


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
        self._subject, self._policy, self._chance = subject, policy, chance
        self._point = operating_point(subject.model)
        self._kinds = [kind for kind in PromptKind if kind.value not in subject.exempt]
        self._verification = new_verification(session_id, attempt, policy)
        self._sampler = Sampler(self._point.rule(subject.template_frames), chance)
        self._adviser = Adviser()
        self._neutral_pose = NeutralPose()
        self._journal = Journal()
        self._try: LivenessTry | None = None
        self._tries = 0
        self._liveness_shown = False
        self._replay_likeness = 0.0
        self._comparing_since_s = 0.0
        self._face_seen_s = 0.0
        self._end_s: float | None = None

    @property
    def verification(self) -> Verification:
        """The verdict in the making."""
        return self._verification

    def observe(self, seen: FaceObservation, now_s: float) -> list[Outcome]:
        """One frame's observation."""
        if self._verification.state.final:
            return []
        at_s = self._journal.clock.seen_at(seen.media_s, now_s)
        self._note(seen, at_s)
        match self._verification.state:
            case VerificationState.AWAITING:
                said = self._check_camera(seen, at_s)
            case VerificationState.LIVENESS:
                said = self._watch(seen, at_s, now_s)
            case _:
                said = self._advise(seen, at_s) + self._compare(now_s)
        return said + self._wish(seen, at_s)

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
        if self._verification.state is VerificationState.COMPARING:
            said = self._compare(now_s)
            if said:
                return said
        return self._decide(on.DeadlinePassed(), now_s)

    def _note(self, seen: FaceObservation, at_s: float) -> None:
        pose = seen.pose
        point = rounded(seen.media_s, pose.yaw, pose.pitch) if pose else None
        self._journal.note_view(seen.problem, point)
        self._sampler.take(seen, at_s)
        if _one_face(seen):
            self._face_seen_s = at_s

    def _advise(self, seen: FaceObservation, at_s: float) -> list[Outcome]:
        advice = self._adviser.see(seen.problem, at_s)
        return [advice] if advice else []

    def _check_camera(self, seen: FaceObservation, at_s: float) -> list[Outcome]:
        said = self._advise(seen, at_s)
        neutral = self._neutral_pose.see(seen, at_s)
        if neutral is None:
            return said
        if advice := self._adviser.say(None, at_s):
            said.append(advice)
        self._journal.neutral = neutral
        if not self._kinds:
            self._apply(on.LivenessExempt(), at_s)
            self._comparing_since_s = at_s
            return [*said, MovementsDone()]
        self._apply(on.FramesStart(), at_s)
        return [*said, self._new_try(neutral, at_s)]

    def _new_try(self, neutral: Pose, at_s: float) -> HoldStill:
        steps = draw_steps(self._chance, self._kinds, self._policy.liveness_steps)
        self._try = LivenessTry(neutral, steps, self._kinds, self._chance, at_s)
        self._tries += 1
        return HoldStill(0, len(steps))

    def _watch(self, seen: FaceObservation, at_s: float, now_s: float) -> list[Outcome]:
        tried, pose = self._try, seen.pose
        assert tried is not None
        said: list[Outcome] = []
        if pose is not None and _one_face(seen):
            said += self._advance(tried, lambda t: t.see(pose, at_s, now_s - at_s), now_s)
        else:
            said += self._advance(tried, lambda t: t.miss(at_s, now_s - at_s), now_s)
        return said + self.tick(now_s)

    def _advance(
        self, tried: LivenessTry, move: Callable[[LivenessTry], None], now_s: float
    ) -> list[Outcome]:
        """Let the try go on, and say what has changed by it."""
        phase, prompts = tried.phase, len(tried.steps)
        move(tried)
        index, total = tried.index, len(tried.kinds)
        said: list[Outcome] = []
        if len(tried.steps) > prompts:
            step = tried.steps[-1]
            said.append(PromptIssued(step.id, step.kind, index, total))
        if tried.phase is phase:
            return said
        if tried.phase is Phase.RETURN:
            said.append(StepPassed(index, total))
        elif tried.at_rest and phase is not Phase.SETTLE:
            self._sampler.soon(now_s)
            said.append(HoldStill(index, total))
        elif tried.phase is Phase.PASSED:
            said += self._liveness_passed(tried, now_s)
        elif tried.phase is Phase.FAILED:
            said += self._try_failed(tried, now_s)
        return said

    def _liveness_passed(self, tried: LivenessTry, now_s: float) -> list[Outcome]:
        self._journal.note_try(self._tries, tried)
        self._liveness_shown = True
        first_onset_s = tried.steps[0].onset_at_s or tried.began_s
        course = movements(
            self._journal.trace,
            self._journal.clock.media_s(first_onset_s),
            self._journal.trace[-1][0],
        )
        earlier = [*self._subject.earlier_traces, self._journal.before(tried.began_s)]
        self._replay_likeness = likeness(course, earlier)
        self._apply(on.LivenessPassed(), now_s)
        self._try, self._comparing_since_s = None, now_s
        self._sampler.movements_done()
        return [MovementsDone(), *self._compare(now_s)]

    def _try_failed(self, tried: LivenessTry, now_s: float) -> list[Outcome]:
        assert tried.failure is not None
        self._journal.note_try(self._tries, tried)
        self._try, self._neutral_pose = None, NeutralPose()
        self._apply(on.TryFailed(), now_s)
        failed = TryFailed(tried.failure, self._verification.tries_left)
        if self._verification.state.final:
            return [failed, self._done(now_s)]
        return [failed]

    def _compare(self, now_s: float) -> list[Outcome]:
        outcome = self._sampler.outcome()
        if outcome is QuorumOutcome.MATCH:
            return self._decide(on.QuorumMatch(self._assurance()), now_s)
        if outcome is QuorumOutcome.MISMATCH:
            return self._decide(on.QuorumMismatch(), now_s)
        waited_s = now_s - self._comparing_since_s
        if self._sampler.exhausted or waited_s > COMPARING_LIMIT_S:
            return self._decide(on.NotEnoughFrames(), now_s)
        if self._liveness_shown and now_s - self._face_seen_s > FACE_LOST_S:
            return self._face_lost(now_s)
        return []

    def _face_lost(self, now_s: float) -> list[Outcome]:
        """Whoever comes back has to show liveness again, and the old similarities do not count."""
        neutral = self._journal.neutral
        assert neutral is not None
        self._liveness_shown = False
        self._sampler = Sampler(self._sampler.rule, self._chance)
        self._apply(on.FaceLost(), now_s)
        return [self._new_try(neutral, now_s)]

    def _wish(self, seen: FaceObservation, at_s: float) -> list[Outcome]:
        """Ask for a similarity while the person faces the camera."""
        state = self._verification.state
        moving = self._try is not None and not self._try.at_rest
        usable = seen.problem is None and not moving and not state.final
        hurry = state is VerificationState.COMPARING
        return [EmbedWanted()] if self._sampler.wants(at_s, usable, hurry) else []

    def _assurance(self) -> Assurance:
        if self._replay_likeness >= REPLAY_FROM:
            return Assurance.LOW
        return match_assurance(self._subject.template_frames, self._liveness_shown)

    def _assurance_reasons(self) -> list[str]:
        """Why the assurance is not higher; nothing can exclude an injected camera."""
        reasons = ["injection_not_excluded"]
        if not self._liveness_shown:
            reasons.append("no_liveness")
        if self._replay_likeness >= REPLAY_FROM:
            reasons.append("replay_suspected")
        if self._point.threshold(self._subject.template_frames) != self._point.mean:
            reasons.append("few_reference_pictures")
        return reasons

    def _decide(self, event: on.VerificationEvent, now_s: float) -> list[Outcome]:
        if self._try is not None:
            self._journal.note_try(self._tries, self._try)
        self._apply(event, now_s)
        return [self._done(now_s)]

    def _apply(self, event: on.VerificationEvent, now_s: float) -> None:
        """The machine's ``now`` belongs to the common signature; this table does not look at it."""
        now = datetime.fromtimestamp(now_s, UTC)
        self._verification, _ = apply(self._verification, event, self._policy, now)

    def _done(self, now_s: float) -> Done:
        return Done(self._verification, self._evidence(now_s))

    def _evidence(self, now_s: float) -> dict[str, Any]:
        journal, neutral = self._journal, self._journal.neutral
        rule = self._sampler.rule
        return {
            "model": self._subject.model,
            "threshold": rule.threshold,
            "template_frames": self._subject.template_frames,
            "quorum": {"min_frames": rule.min_frames, "share": rule.share, "margin": rule.margin},
            "similarity": self._sampler.summary(),
            "frames": self._sampler.frames,
            "prompts": journal.prompts,
            "liveness": {
                "shown": self._liveness_shown,
                "tries": self._tries,
                "timing_only": journal.timing_only,
                "exempt": sorted(self._subject.exempt),
                "neutral": neutral
                and {"yaw": round(neutral.yaw, 1), "pitch": round(neutral.pitch, 1)},
            },
            "replay_likeness": round(self._replay_likeness, 3),
            "assurance_reasons": self._assurance_reasons(),
            "problems": dict(journal.problems),
            "media_s": round(journal.clock.media_s(now_s), 2),
            "trace": [list(point) for point in journal.trace],
        }


def _one_face(seen: FaceObservation) -> bool:
    others = {FaceProblem.NO_FACE, FaceProblem.SEVERAL_FACES}
    return seen.pose is not None and seen.problem not in others
