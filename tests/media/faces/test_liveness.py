"""How one try at the movements is judged."""

import random

import pytest

from media.faces.liveness import LivenessTry, Phase
from media.faces.movements import within_reach
from media.faces.outcomes import PromptKind, TryFailure
from media.faces.steps import draw_steps
from tests.media.faces.rehearsal import (
    DIGITS,
    EYES,
    LEFT,
    MOUTH,
    NEARER,
    NEUTRAL,
    NOD,
    RIGHT,
    Rehearsal,
    challenge,
    view,
)


def test_right_movements_in_time_pass() -> None:
    rehearsal = Rehearsal(LEFT, NOD, RIGHT)
    for kind in (LEFT, NOD, RIGHT):
        rehearsal.answer(kind)
    assert rehearsal.tried.phase is Phase.PASSED
    reactions = [step.reaction_s for step in rehearsal.tried.steps]
    assert all(r is not None and 0.5 <= r <= 0.9 for r in reactions)


@pytest.mark.parametrize("kind", list(PromptKind))
def test_every_kind_of_movement_passes_when_it_is_made(kind: PromptKind) -> None:
    rehearsal = Rehearsal(kind, LEFT)
    rehearsal.answer(kind)
    assert rehearsal.tried.steps[0].passed
    rehearsal.answer(LEFT, after_s=0.8)
    rehearsal.look(1.0)
    assert rehearsal.tried.phase is Phase.PASSED


@pytest.mark.parametrize("asked", list(PromptKind))
@pytest.mark.parametrize("made", list(PromptKind))
def test_another_movement_than_the_asked_one_never_passes(
    asked: PromptKind, made: PromptKind
) -> None:
    if asked is made:
        return
    rehearsal = Rehearsal(asked, LEFT, RIGHT)
    rehearsal.answer(made)
    rehearsal.look(5.0)
    assert not any(step.passed for step in rehearsal.tried.steps)
    if asked is not DIGITS:
        assert rehearsal.tried.phase is Phase.FAILED


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        (LEFT, RIGHT),
        (RIGHT, LEFT),
        (LEFT, NOD),
        (NOD, LEFT),
        (LEFT, MOUTH),
        (NOD, EYES),
        (RIGHT, NEARER),
        (EYES, LEFT),
        (DIGITS, RIGHT),
        (NEARER, MOUTH),
    ],
)
def test_a_clearly_wrong_movement_fails_the_try(asked: PromptKind, made: PromptKind) -> None:
    rehearsal = Rehearsal(asked, LEFT, RIGHT)
    rehearsal.answer(made)
    assert rehearsal.tried.failure is TryFailure.WRONG_MOVEMENT


@pytest.mark.parametrize("kind", [LEFT, NOD, MOUTH, NEARER, EYES])
def test_moving_before_the_prompt_fails_the_try(kind: PromptKind) -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.make(kind)
    assert rehearsal.tried.failure in {TryFailure.TOO_EARLY, TryFailure.WRONG_MOVEMENT}


def test_opening_the_mouth_while_nothing_is_asked_is_early() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.look(0.6, mouth=0.5)
    assert not rehearsal.tried.steps
    assert rehearsal.tried.failure is TryFailure.TOO_EARLY


def test_moving_with_the_prompt_is_no_reaction() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.until_prompt()
    rehearsal.look(yaw=12.0)
    assert rehearsal.tried.failure is TryFailure.TOO_EARLY


def test_closing_the_eyes_with_the_prompt_is_no_reaction() -> None:
    rehearsal = Rehearsal(EYES, LEFT, NOD)
    rehearsal.until_prompt()
    rehearsal.make(EYES)
    assert rehearsal.tried.failure is TryFailure.TOO_EARLY


def test_a_view_from_before_the_prompt_that_came_late_is_judged_as_early() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.until_prompt()
    rehearsal.tried.see(view(yaw=15.0), rehearsal.at_s - 0.05)
    assert rehearsal.tried.failure is TryFailure.TOO_EARLY


@pytest.mark.parametrize("kind", [kind for kind in PromptKind if kind is not DIGITS])
def test_no_movement_fails_the_try(kind: PromptKind) -> None:
    rehearsal = Rehearsal(kind, RIGHT, NOD)
    rehearsal.until_prompt()
    rehearsal.look(4.0)
    assert rehearsal.tried.failure is TryFailure.TOO_LATE


def test_not_coming_back_fails_the_try() -> None:
    rehearsal = Rehearsal(LEFT, RIGHT, NOD)
    rehearsal.until_prompt()
    rehearsal.look(0.6)
    rehearsal.look(4.0, yaw=20.0)
    assert rehearsal.tried.steps[0].passed
    assert rehearsal.tried.failure is TryFailure.TOO_LATE


def test_whoever_came_nearer_may_stay_there_or_go_back_later() -> None:
    rehearsal = Rehearsal(NEARER, LEFT, NOD)
    rehearsal.until_prompt()
    rehearsal.look(0.7)
    rehearsal.look(2.0, nearer=0.3)
    assert rehearsal.tried.steps[0].passed
    while len(rehearsal.tried.steps) < 2:
        rehearsal.look(nearer=0.3)
    rehearsal.look(0.6, nearer=0.3)
    rehearsal.look(0.3, nearer=0.3, yaw=20.0)
    rehearsal.look(0.2, nearer=0.3)
    rehearsal.answer(NOD)
    assert rehearsal.tried.phase is Phase.PASSED


def test_a_blink_is_neither_wrong_nor_early_nor_closed_eyes() -> None:
    rehearsal = Rehearsal(LEFT, EYES, NOD)
    rehearsal.look(0.2, eyes=0.5)
    rehearsal.until_prompt()
    rehearsal.look(0.3, eyes=0.5)
    rehearsal.look(0.3)
    rehearsal.make(LEFT)
    rehearsal.until_prompt()
    rehearsal.look(0.3, eyes=0.5)
    rehearsal.look(0.3)
    assert not rehearsal.tried.steps[1].passed
    rehearsal.make(EYES)
    assert rehearsal.tried.steps[1].passed
    assert rehearsal.tried.failure is None


def test_two_blinks_around_a_gap_in_the_views_are_no_closed_eyes() -> None:
    rehearsal = Rehearsal(EYES, NOD)
    rehearsal.until_prompt()
    rehearsal.look(0.5)
    rehearsal.look(eyes=0.5)
    rehearsal.at_s += 0.7
    rehearsal.look(eyes=0.5)
    assert not rehearsal.tried.steps[0].passed
    rehearsal.look(0.7, eyes=0.5)
    assert rehearsal.tried.steps[0].passed


def test_talking_while_turning_does_no_harm() -> None:
    rehearsal = Rehearsal(LEFT, NOD)
    rehearsal.speak(2)
    rehearsal.until_prompt()
    rehearsal.speak(2, mouth=0.4)
    rehearsal.make(LEFT)
    assert rehearsal.tried.steps[0].passed
    assert rehearsal.tried.failure is None


def test_one_long_opening_is_no_reading() -> None:
    rehearsal = Rehearsal(DIGITS, NOD)
    rehearsal.answer(MOUTH)
    rehearsal.look(5.0)
    assert not any(step.passed for step in rehearsal.tried.steps)


def test_whoever_reads_without_moving_the_jaw_is_asked_for_something_visible_instead() -> None:
    rehearsal = Rehearsal(DIGITS, NOD)
    rehearsal.until_prompt()
    rehearsal.speak(3, mouth=0.05)
    rehearsal.look(6.0)
    assert [step.kind for step in rehearsal.tried.void_steps] == [DIGITS]
    assert rehearsal.tried.kinds[0] in (LEFT, NOD)
    rehearsal.answer(rehearsal.tried.kinds[0])
    rehearsal.answer(NOD)
    assert rehearsal.tried.phase is Phase.PASSED


def test_a_reading_that_was_not_seen_is_asked_for_no_second_time() -> None:
    rehearsal = Rehearsal(DIGITS, NOD, allowed=(DIGITS,))
    rehearsal.until_prompt()
    rehearsal.look(6.0)
    assert rehearsal.tried.failure is TryFailure.TOO_LATE


def test_no_word_is_asked_for_in_the_middle_of_another() -> None:
    rehearsal = Rehearsal(DIGITS, NOD)
    rehearsal.speak(9)
    assert not rehearsal.tried.steps
    rehearsal.answer(DIGITS, after_s=0.8)
    assert rehearsal.tried.steps[0].passed


def test_whoever_never_stops_talking_is_not_waited_for_without_end() -> None:
    rehearsal = Rehearsal(DIGITS, NOD)
    rehearsal.speak(24)
    assert rehearsal.tried.failure is TryFailure.TOO_EARLY


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
    rehearsal.look(0.5)
    rehearsal.look(0.2, pitch=-10.0)
    rehearsal.look(0.2, pitch=14.0)
    assert rehearsal.tried.steps[0].passed


def test_the_prompts_of_a_recording_are_due_when_they_were_shown() -> None:
    tried = LivenessTry(NEUTRAL, (LEFT, NOD), [LEFT], challenge(), 0.0, due=(2.0, 4.0))
    for at_s in (index / 10 for index in range(60)):
        gone = {"yaw": 20.0} if 2.6 <= at_s < 3.0 else {"pitch": 15.0 * (4.7 <= at_s < 5.0)}
        tried.see(view(**gone), at_s)
        tried.tick(at_s)
    assert tried.phase is Phase.PASSED
    assert [step.prompt_at_s for step in tried.steps] == [2.0, 4.0]


def test_prompts_come_at_random_moments() -> None:
    waits = set()
    for seed in range(20):
        tried = LivenessTry(NEUTRAL, (LEFT, NOD, RIGHT), [NOD], challenge(seed), 0.0)
        at_s = 0.0
        while not tried.steps:
            at_s += 0.01
            tried.see(NEUTRAL, at_s)
            tried.tick(at_s)
        waits.add(round(at_s, 1))
    assert len(waits) > 8


def test_steps_are_drawn_from_the_allowed_kinds_and_vary() -> None:
    chance = random.Random(2)
    drawn = {draw_steps(chance, [LEFT, RIGHT, NOD], 3) for _ in range(400)}
    assert len(drawn) == 24
    assert draw_steps(chance, [NOD], 3) == (NOD, NOD, NOD)


def test_of_all_kinds_there_are_three_hundred_sequences_with_one_reading_at_most() -> None:
    chance = random.Random(2)
    drawn = {draw_steps(chance, list(PromptKind), 3) for _ in range(8000)}
    assert len(drawn) == 300
    assert all(steps.count(kind) <= 1 for steps in drawn for kind in (DIGITS, NEARER))


def test_whoever_has_only_one_kind_left_is_asked_for_it_again() -> None:
    assert draw_steps(random.Random(2), [DIGITS], 2) == (DIGITS, DIGITS)


def test_nobody_who_fills_the_picture_is_asked_to_come_nearer() -> None:
    near = view()
    kinds = [LEFT, NEARER]
    assert within_reach(kinds, near) == kinds
    filling = type(near)(near.pose, 0.1, 0.1, 0.31, face_height=0.8)
    assert within_reach(kinds, filling) == [LEFT]
