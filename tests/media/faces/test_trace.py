"""Courses of a face as fingerprints."""

import random

import pytest

from media.faces.movements import View
from media.faces.trace import REPLAY_FROM, TracePoint, likeness, movements, point
from roll_call.ports.faces import Pose
from server.simulate.actor_motion import Motion

Points = list[TracePoint]
TURNS = ("turn_left", "nod", "turn_right")
SMALL = ("close_eyes", "read_digits", "open_mouth")


def course(
    seed: int,
    shift_s: float = 0.0,
    speed: float = 1.0,
    noise: float = 0.0,
    kinds: tuple[str, ...] = TURNS,
    length_s: float = 10.0,
) -> Points:
    """Seconds of a person who makes three movements, seen 7.5 times a second."""
    motion, chance = Motion(seed), random.Random(seed + 1)
    for index, kind in enumerate(kinds):
        motion.prompt(kind, 1.0 + 3.0 * index + chance.uniform(0, 1.5))
    noisy = random.Random(seed + 2)

    def seen(at_s: float) -> View:
        moment = (at_s * speed + shift_s) % length_s
        yaw, pitch = (angle + noisy.gauss(0, noise) for angle in motion.angles(moment))
        eyes = 0.6 * motion.eyes_closed(moment) + noisy.gauss(0, noise / 30)
        mouth = 0.75 * motion.mouth_open(moment) + noisy.gauss(0, noise / 30)
        return View(Pose(yaw, pitch, 0.0), eyes, mouth, 60.0 * motion.nearer(moment))

    return [point(t, seen(t)) for t in (i / 7.5 for i in range(round(7.5 * length_s)))]


def middle(points: Points) -> Points:
    """Without the beginning and the end."""
    return [row for row in points if 1.0 < row[0] < 8.5]


@pytest.mark.parametrize("kinds", [TURNS, SMALL])
def test_the_same_course_is_found_at_any_shift(kinds: tuple[str, ...]) -> None:
    old = course(1, kinds=kinds)
    again = middle(course(1, shift_s=0.07, noise=0.5, kinds=kinds))
    assert likeness(again, [course(2, kinds=kinds), old]) >= REPLAY_FROM


@pytest.mark.parametrize("begins_s", [0.6, 2.5, 4.0, 6.0, 8.0])
def test_a_recording_that_began_in_the_middle_and_came_round_is_found(begins_s: float) -> None:
    again = course(1, shift_s=begins_s, noise=0.5)
    assert likeness(again[3:], [course(1)]) >= REPLAY_FROM


def test_a_course_played_a_little_faster_is_found() -> None:
    again = middle(course(1, speed=1.03, noise=0.3))
    assert likeness(again, [course(1)]) >= REPLAY_FROM


@pytest.mark.parametrize("kinds", [TURNS, SMALL])
def test_other_courses_of_the_same_movements_are_not_alike(kinds: tuple[str, ...]) -> None:
    others = [course(seed, kinds=kinds) for seed in range(2, 12)]
    assert likeness(middle(course(1, kinds=kinds)), others) < REPLAY_FROM


def test_a_place_elsewhere_in_the_picture_does_not_hide_a_replay() -> None:
    moved = [(t, yaw + 8.0, pitch - 5.0, *rest) for t, yaw, pitch, *rest in middle(course(1))]
    assert likeness(moved, [course(1)]) >= REPLAY_FROM


def test_traces_of_before_that_know_the_head_alone_are_compared_by_it() -> None:
    old = [row[:3] for row in course(1)]
    again = middle(course(1, shift_s=0.07, noise=0.5))
    assert likeness(again, [old]) >= REPLAY_FROM
    assert likeness(again, [[row[:3] for row in course(2)]]) < REPLAY_FROM


def test_where_next_to_nothing_moved_nothing_can_be_said() -> None:
    still = course(1, kinds=())
    assert likeness(still, [still]) == 0.0
    mouths = course(1, kinds=SMALL)
    assert likeness(mouths, [[row[:3] for row in mouths]]) == 0.0


def test_nothing_earlier_or_too_little_says_nothing() -> None:
    assert likeness(course(1), []) == 0.0
    assert likeness(course(1)[:10], [course(1)]) == 0.0
    assert likeness(course(1), [[], course(1)[:3]]) == 0.0
    assert likeness([], [course(1)]) == 0.0


def test_only_the_movements_are_compared() -> None:
    part = movements(course(1), first_onset_s=2.0, end_s=8.0)
    assert part[0][0] == pytest.approx(1.6, abs=0.2)
    assert part[-1][0] == pytest.approx(7.7, abs=0.2)
