"""Binds the examination of ``media.faces`` to the check-ins: its values become ours."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from media.faces import outcomes as said
from media.faces.backends import backend
from media.faces.calibration import OperatingPoint
from media.faces.examination import Examination, Subject
from roll_call.policy import Policy
from roll_call.ports.faces import FaceObservation, FaceVerifier, ModelInfo
from server import messages as m
from server.check_in.examining import (
    Case,
    Concluded,
    ExaminerFactory,
    LookCloser,
    LookOtherwise,
    MovementsDone,
    Noted,
    Outcome,
    Say,
)
from server.config import Settings, domain_policy


@dataclass(frozen=True, slots=True)
class Practice:
    """What all examinations of a server have in common."""

    model: ModelInfo
    point: OperatingPoint
    policy: Policy
    kinds: frozenset[said.PromptKind]
    screen_light: bool
    chance: random.Random


def make_examiner(verifier: FaceVerifier, settings: Settings) -> ExaminerFactory:
    """The factory of examinations for one verifier; chance is the operating system's.

    Raises ModelError where the configured model has no operating point.
    """
    liveness = settings.liveness
    practice = Practice(
        model=verifier.info,
        point=backend(settings.faces.backend, settings.faces.calibration).point,
        policy=domain_policy(settings),
        kinds=frozenset(liveness.kinds if liveness.enabled else ()),
        screen_light=liveness.enabled and liveness.screen_light,
        chance=random.SystemRandom(),
    )
    return lambda case: FaceExaminer(case, practice)


class FaceExaminer:
    """One examination, spoken in wire messages."""

    def __init__(self, case: Case, practice: Practice) -> None:
        subject = Subject(
            model=practice.model.name,
            template_frames=case.template_frames,
            exempt=case.exempt,
            earlier_traces=case.earlier_traces,
            point=practice.point,
            kinds=practice.kinds,
            screen_light=practice.screen_light,
            model_version=practice.model.version,
            template_version=case.template_version,
            provisional=case.provisional,
            camera=case.camera,
        )
        self._examination = Examination(
            case.session_id, case.attempt, subject, practice.policy, practice.chance
        )

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
        return [ours for outcome in outcomes for ours in self._translated(outcome)]

    def _translated(self, outcome: said.Outcome) -> list[Outcome]:
        match outcome:
            case said.EmbedWanted():
                return [LookCloser()]
            case said.WatchWanted():
                return [LookOtherwise(outcome.watch)]
            case said.MovementsDone():
                return [MovementsDone()]
            case said.Done():
                trace = tuple(tuple(row) for row in self._examination.trace)
                return [Concluded(outcome.verification, outcome.evidence, trace)]
            case _:
                return told(outcome)


def told(outcome: said.Told) -> list[Outcome]:
    """What the person is told, and what of it goes into the log."""
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
                digits=outcome.digits,
            )
            details = {"id": outcome.id, "kind": outcome.kind.value, "index": outcome.index}
            return [Say(prompt), Noted("session.prompt", details)]
        case said.LightShown():
            each_ms = round(outcome.each_s * 1000)
            light = m.ScreenLight(id=outcome.id, colours=list(outcome.colours), each_ms=each_ms)
            return [Say(light), Noted("session.screen_light", {"id": outcome.id})]
        case said.StepPassed():
            passed = m.StepPassed(index=outcome.index, total=outcome.total)
            return [Say(passed), Noted("session.step_passed", {"index": outcome.index})]
        case said.TryFailed():
            failed = m.TryFailed(why=outcome.why.value, tries_left=outcome.tries_left)
            return [Say(failed), Noted("session.try_failed", {"why": outcome.why.value})]
