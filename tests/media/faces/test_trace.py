"""Courses of the head as fingerprints."""

import random

import pytest

from media.faces.trace import REPLAY_FROM, likeness, movements
from server.simulate.actor_motion import Motion

Points = list[tuple[float, float, float]]


def course(seed: int, shift_s: float = 0.0, speed: float = 1.0, noise: float = 0.0) -> Points:
    """Ten seconds of a head that makes three movements, seen 7.5 times a second."""
    motion, chance = Motion(seed), random.Random(seed + 1)
    for index, kind in enumerate(("turn_left", "nod", "turn_right")):
        motion.prompt(kind, 1.0 + 3.0 * index + chance.uniform(0, 1.5))
    noisy = random.Random(seed + 2)
    return [
        (t, *(angle + noisy.gauss(0, noise) for angle in motion.angles(t * speed + shift_s)))
        for t in (i / 7.5 for i in range(75))
    ]


def test_the_same_course_is_found_at_any_shift() -> None:
    old = course(1)
    again = [point for point in course(1, shift_s=0.07, noise=0.5) if 1.0 < point[0] < 8.5]
    assert likeness(again, [course(2), old]) >= REPLAY_FROM


def test_a_course_played_a_little_faster_is_found() -> None:
    again = [point for point in course(1, speed=1.03, noise=0.3) if 1.0 < point[0] < 8.5]
    assert likeness(again, [course(1)]) >= REPLAY_FROM


def test_other_courses_of_the_same_movements_are_not_alike() -> None:
    others = [course(seed) for seed in range(2, 40)]
    assert likeness([p for p in course(1) if 1.0 < p[0] < 8.5], others) < REPLAY_FROM


def test_a_place_elsewhere_in_the_picture_does_not_hide_a_replay() -> None:
    moved = [(t, yaw + 8.0, pitch - 5.0) for t, yaw, pitch in course(1) if 1.0 < t < 8.5]
    assert likeness(moved, [course(1)]) == pytest.approx(1.0, abs=0.01)


def test_nothing_earlier_or_too_little_says_nothing() -> None:
    assert likeness(course(1), []) == 0.0
    assert likeness(course(1)[:10], [course(1)]) == 0.0
    assert likeness(course(1), [[], course(1)[:3]]) == 0.0


def test_only_the_movements_are_compared() -> None:
    part = movements(course(1), first_onset_s=2.0, end_s=8.0)
    assert part[0][0] == pytest.approx(1.6, abs=0.2)
    assert part[-1][0] == pytest.approx(7.7, abs=0.2)
