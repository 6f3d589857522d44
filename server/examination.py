"""Binds the examination of ``media.faces`` to the check-ins: its values become ours."""

import random
from collections.abc import Sequence

from media.faces import outcomes as said
from media.faces.examination import Examination, Subject
from roll_call.policy import Policy
from roll_call.ports.faces import FaceObservation, FaceVerifier
from server import messages as m
from server.check_in.examining import (
    Case,
    Concluded,
    Examiner,
    ExaminerFactory,
    LookCloser,
    MovementsDone,
    Noted,
    Outcome,
    Say,
)
from server.config import Settings, domain_policy


def make_examiner(verifier: FaceVerifier, settings: Settings) -> ExaminerFactory:
    """The factory of examinations for one verifier; chance is the operating system's."""
    policy = domain_policy(settings)
    chance = random.SystemRandom()

    def make(case: Case) -> Examiner:
        return FaceExaminer(case, verifier.model, policy, settings, chance)

    return make


class FaceExaminer:
    """One examination, spoken in wire messages."""

    def __init__(
        self,
        case: Case,
        model: str,
        policy: Policy,
        settings: Settings,
        chance: random.Random,
    ) -> None:
        every = frozenset(kind.value for kind in said.PromptKind)
        exempt = case.exempt if settings.liveness.enabled else every
        subject = Subject(model, case.template_frames, exempt, case.earlier_traces)
        self._examination = Examination(case.session_id, case.attempt, subject, policy, chance)

    def observe(self, seen: FaceObservation, now_s: float) -> Sequence[Outcome]:
        """One frame's observation."""
        return self._ours(self._examination.observe(seen, now_s))

    def tick(self, now_s: float) -> Sequence[Outcome]:
        """Time goes by."""
        return self._ours(self._examination.tick(now_s))

    def conclude(self, now_s: float) -> Sequence[Outcome]:
        """Time is up."""
        return self._ours(self._examination.conclude(now_s))

    def _ours(self, outcomes: Sequence[said.Outcome]) -> list[Outcome]:
        return [ours for outcome in outcomes for ours in translated(outcome)]


def translated(outcome: said.Outcome) -> list[Outcome]:
    """What the examination says, as messages to the phone and rows for the log."""
    match outcome:
        case said.Advice():
            return [Say(m.Advice(problem=outcome.problem))]
        case said.HoldStill():
            return [Say(m.HoldStill(index=outcome.index, total=outcome.total))]
        case said.PromptIssued():
            prompt = m.Prompt(
                id=outcome.id,
                kind=outcome.kind.value,
                index=outcome.index,
                total=outcome.total,
            )
            details = {"kind": outcome.kind.value, "index": outcome.index}
            return [Say(prompt), Noted("session.prompt", details)]
        case said.StepPassed():
            passed = m.StepPassed(index=outcome.index, total=outcome.total)
            return [Say(passed), Noted("session.step_passed", {"index": outcome.index})]
        case said.TryFailed():
            failed = m.TryFailed(why=outcome.why.value, tries_left=outcome.tries_left)
            return [Say(failed), Noted("session.try_failed", {"why": outcome.why.value})]
        case said.EmbedWanted():
            return [LookCloser()]
        case said.MovementsDone():
            return [MovementsDone()]
        case said.Done():
            return [Concluded(outcome.verification, outcome.evidence)]
