"""How one try at the movements is judged."""

import random

import pytest

from media.faces.liveness import LivenessTry, Phase, draw_steps
from media.faces.outcomes import PromptKind, TryFailure
from roll_call.ports.faces import Pose

NEUTRAL = Pose(3.0, 7.0, 0.0)
LEFT, RIGHT, NOD = PromptKind.TURN_LEFT, PromptKind.TURN_RIGHT, PromptKind.NOD
AWAY = {LEFT: (20.0, 0.0), RIGHT: (-20.0, 0.0), NOD: (0.0, 15.0)}
VIEW_S = 0.1


class Rehearsal:
    """Drives a try by hand, ten views a second."""

    def __init__(self, *kinds: PromptKind) -> None:
        self.at_s = 100.0
        self.tried = LivenessTry(NEUTRAL, kinds, list(PromptKind), random.Random(1), self.at_s)

    def look(self, yaw: float = 0.0, pitch: float = 0.0, for_s: float = VIEW_S) -> None:
        """Hold the head there, relative to neutral."""
        for _ in range(round(for_s / VIEW_S)):
            self.at_s += VIEW_S
            self.tried.see(Pose(NEUTRAL.yaw + yaw, NEUTRAL.pitch + pitch, 0.0), self.at_s)
            self.tried.tick(self.at_s)

    def until_prompt(self) -> None:
        """Wait straight ahead for the next prompt."""
        while self.tried.phase is Phase.HOLD:
            self.look()

    def answer(self, kind: PromptKind, after_s: float = 0.6) -> None:
        """The movement there and back."""
        self.until_prompt()
        self.look(for_s=after_s)
        yaw, pitch = AWAY[kind]
        self.look(yaw / 2, pitch / 2)
        self.look(yaw, pitch, for_s=0.3)
        self.look(for_s=0.2)


def test_right_movements_in_time_pass() -> None:
    rehearsal = Rehearsal(LEFT, NOD, RIGHT)
    for kind in (LEFT, NOD, RIGHT):
        rehearsal.answer(kind)
    assert rehearsal.tried.phase is Phase.PASSED
    reactions = [step.reaction_s for step in rehearsal.tried.steps]
    assert all(r is not None and 0.5 <= r <= 0.9 for r in reactions)


@pytest.mark.parametrize(
    ("asked", "made"), [(LEFT, RIGHT), (RIGHT, LEFT), (LEFT, NOD), (NOD, LEFT)]
)
def test_a_wrong_movement_fails_the_try(asked: PromptKind, made: PromptKind) -> None:
    rehearsal = Rehearsal(asked, LEFT, RIGHT)
    rehearsal.answer(made)
    assert rehearsal.tried.failure is TryFailure.WRONG_MOVEMENT


def test_moving_before_the_prompt_fails_the_try() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.look(yaw=12.0)
    assert rehearsal.tried.failure is TryFailure.TOO_EARLY


def test_moving_with_the_prompt_is_no_reaction() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.until_prompt()
    rehearsal.look(yaw=12.0)
    assert rehearsal.tried.failure is TryFailure.TOO_EARLY


def test_a_view_from_before_the_prompt_that_came_late_is_judged_as_early() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.until_prompt()
    rehearsal.tried.see(Pose(NEUTRAL.yaw + 15, NEUTRAL.pitch, 0.0), rehearsal.at_s - 0.05)
    assert rehearsal.tried.failure is TryFailure.TOO_EARLY


def test_no_movement_fails_the_try() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.until_prompt()
    rehearsal.look(for_s=4.0)
    assert rehearsal.tried.failure is TryFailure.TOO_LATE


def test_not_coming_back_fails_the_try() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.until_prompt()
    rehearsal.look(for_s=0.6)
    rehearsal.look(yaw=20.0, for_s=4.0)
    assert rehearsal.tried.steps[0].passed
    assert rehearsal.tried.failure is TryFailure.TOO_LATE


def test_reactions_that_do_not_resemble_one_another_fail_the_try() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.answer(LEFT, after_s=0.5)
    rehearsal.answer(RIGHT, after_s=1.8)
    assert rehearsal.tried.failure is TryFailure.TOO_LATE


def test_a_face_that_leaves_fails_the_try() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.tried.miss(rehearsal.at_s + 0.1)
    rehearsal.tried.miss(rehearsal.at_s + 0.5)
    assert rehearsal.tried.failure is None
    rehearsal.tried.miss(rehearsal.at_s + 1.0)
    assert rehearsal.tried.failure is TryFailure.FACE_LOST


def test_looking_up_before_a_nod_is_fine() -> None:
    rehearsal = Rehearsal(NOD, LEFT, RIGHT)
    rehearsal.until_prompt()
    rehearsal.look(for_s=0.5)
    rehearsal.look(pitch=-10.0, for_s=0.2)
    rehearsal.look(pitch=14.0, for_s=0.2)
    assert rehearsal.tried.steps[0].passed


def test_prompts_come_at_random_moments_with_ids_nobody_can_guess() -> None:
    waits, ids = set(), set()
    for seed in range(20):
        tried = LivenessTry(NEUTRAL, (LEFT, NOD, RIGHT), [NOD], random.Random(seed), 0.0)
        at_s = 0.0
        while not tried.steps:
            at_s += 0.01
            tried.see(NEUTRAL, at_s)
            tried.tick(at_s)
        waits.add(round(at_s, 1))
        ids.add(tried.steps[0].id)
    assert len(waits) > 8
    assert len(ids) == 20
    assert all(len(prompt_id) == 32 for prompt_id in ids)


def test_steps_are_drawn_from_the_allowed_kinds_and_vary() -> None:
    chance = random.Random(2)
    drawn = {draw_steps(chance, [LEFT, RIGHT, NOD], 3) for _ in range(400)}
    assert len(drawn) == 24
    assert draw_steps(chance, [NOD], 3) == (NOD, NOD, NOD)
