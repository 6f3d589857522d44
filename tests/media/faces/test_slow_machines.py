"""A slow machine or line is never the person's fault."""

import random

import pytest

from media.faces.outcomes import HoldStill, PromptIssued
from roll_call.verification import Inconclusive, VerificationState
from server.simulate.actor_motion import Motion
from tests.media.faces.stage import Conditions, MovingHead, Performance, perform

SESSIONS = 40


def live(seed: int, conditions: Conditions) -> Performance:
    head = MovingHead(Motion(seed), chance=random.Random(seed))
    return perform(head, random.Random(seed), conditions=conditions)


def stalls(seed: int, every_s: float, for_s: float, share: float = 1.0) -> Conditions:
    """Nothing comes through for a while, again and again; a ``share`` of it is lost for good."""
    chance = random.Random(seed)
    begins = [chance.uniform(0, every_s) + every_s * index for index in range(60)]

    def left_s(at_s: float) -> float:
        return max(
            (start + for_s - at_s for start in begins if start <= at_s < start + for_s), default=0.0
        )

    return Conditions(
        delay_s=lambda at_s: 0.12 + left_s(at_s),
        lost=lambda at_s: left_s(at_s) > 0 and chance.random() < share,
    )


def late(seed: int) -> Conditions:
    """Views come up to a second late, each in its own way."""
    chance = random.Random(seed)
    return Conditions(delay_s=lambda at_s: chance.uniform(0.1, 0.9))


@pytest.mark.parametrize(
    ("every_s", "for_s", "share"), [(2.0, 0.8, 0.0), (3.0, 0.6, 1.0), (2.0, 1.2, 0.5)]
)
def test_cooperative_people_pass_all_the_same(every_s: float, for_s: float, share: float) -> None:
    shows = [live(seed, stalls(seed, every_s, for_s, share)) for seed in range(SESSIONS)]
    passed = [s for s in shows if s.verification.state is VerificationState.MATCH]
    assert len(passed) >= 0.95 * SESSIONS


def test_views_that_are_looked_at_late_are_judged_by_when_they_were_taken() -> None:
    shows = [live(seed, late(seed)) for seed in range(SESSIONS)]
    assert all(s.verification.state is VerificationState.MATCH for s in shows)
    reactions = [step["latency_s"] for s in shows for step in s.evidence["prompts"]]
    assert sorted(reactions)[len(reactions) // 2] < 1.2


def test_a_prompt_that_nobody_saw_answered_is_void_and_costs_nothing() -> None:
    first_prompt: list[float] = []

    def lost(at_s: float) -> bool:
        return bool(first_prompt) and first_prompt[0] < at_s < first_prompt[0] + 1.0

    class Watching(MovingHead):
        def prompt(self, kind: str, at_s: float) -> None:
            first_prompt.append(at_s)
            super().prompt(kind, at_s)

    show = perform(Watching(Motion(5)), random.Random(5), conditions=Conditions(lost=lost))
    assert show.verification.state is VerificationState.MATCH
    assert show.verification.tries_left == 2
    void, *others = show.evidence["prompts"]
    assert void["void"]
    assert len([step for step in others if step["passed"]]) == 3
    prompts = [outcome for _, outcome in show.said if isinstance(outcome, PromptIssued)]
    assert [prompt.index for prompt in prompts] == [0, 0, 1, 2]
    assert len({prompt.id for prompt in prompts}) == 4


def test_void_prompts_are_bounded() -> None:
    answering = Conditions(lost=lambda at_s: int(at_s / 0.5) % 2 == 1)

    class Deaf(MovingHead):
        def prompt(self, kind: str, at_s: float) -> None:
            del kind, at_s

    show = perform(Deaf(Motion(6)), random.Random(6), conditions=answering, limit_s=120.0)
    assert show.verification.inconclusive is Inconclusive.TRIES_SPENT
    assert sum(step["void"] for step in show.evidence["prompts"]) <= 6
    assert show.evidence["liveness"]["timing_only"]


def test_no_prompt_is_shown_while_no_views_come_in() -> None:
    show = perform(
        MovingHead(Motion(7)), random.Random(7), conditions=Conditions(lost=lambda at_s: at_s > 1.3)
    )
    assert any(isinstance(outcome, HoldStill) for _, outcome in show.said)
    assert not any(isinstance(outcome, PromptIssued) for _, outcome in show.said)
    assert show.verification.inconclusive is Inconclusive.DEADLINE
