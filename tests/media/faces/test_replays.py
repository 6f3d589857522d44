"""Recordings, loops and stills against random movements: many sessions on motion alone."""

import random

import pytest

from roll_call.verification import Assurance, VerificationState
from server.simulate.actor_motion import Motion
from tests.media.faces.stage import (
    DeafHead,
    MovingHead,
    Performance,
    Replay,
    SameSteps,
    perform,
)

SESSIONS = 60


def live(seed: int, **more: object) -> Performance:
    """A cooperative person's session."""
    head = MovingHead(Motion(seed), chance=random.Random(seed))
    return perform(head, random.Random(seed), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sessions() -> dict[int, Performance]:
    """Recorded sessions by seed."""
    return {seed: live(seed) for seed in range(1000, 1000 + SESSIONS)}


def replayed(seed: int, recorded: Performance, same_steps: bool, known: bool) -> Performance:
    """The recording before the camera; ``known``: its trace is on record."""
    kinds = [step["kind"] for step in recorded.evidence["prompts"]][-3:]
    chance = SameSteps(seed + 1, kinds) if same_steps else random.Random(seed + 1)
    head = Replay(
        Motion(seed), noise_deg=0.5, chance=random.Random(seed + 2), length_s=recorded.end_s + 1
    )
    # The recorded motion answered the prompts of its own time.
    for step in recorded.evidence["prompts"]:
        head.motion.prompt(step["kind"], step["media_s"] + 0.08 + 0.12)
    earlier = [recorded.evidence["trace"]] if known else []
    return perform(head, chance, earlier=earlier)


def test_cooperative_people_pass_and_are_quick(sessions: dict[int, Performance]) -> None:
    passed = [s for s in sessions.values() if s.verification.state is VerificationState.MATCH]
    assert len(passed) >= 0.97 * SESSIONS
    times = sorted(show.end_s for show in passed)
    assert times[len(times) // 2] <= 11.0


def test_independent_sessions_of_a_person_are_not_taken_for_replays(
    sessions: dict[int, Performance],
) -> None:
    traces = [show.evidence["trace"] for show in sessions.values()]
    shows = [live(seed, earlier=traces[:20]) for seed in range(3000, 3000 + SESSIONS)]
    low = [show for show in shows if show.verification.assurance is Assurance.LOW]
    assert len(low) <= 0.05 * SESSIONS


def test_a_replay_of_another_sequence_is_not_verified(sessions: dict[int, Performance]) -> None:
    shows = [replayed(seed, show, False, known=True) for seed, show in sessions.items()]
    assert [s for s in shows if s.verification.assurance is Assurance.HIGH] == []
    lively = [s for s in shows if s.evidence["liveness"]["shown"]]
    assert len(lively) <= 0.1 * SESSIONS


def test_a_replay_with_the_same_sequence_drawn_again_is_never_verified(
    sessions: dict[int, Performance],
) -> None:
    shows = [replayed(seed, show, True, known=True) for seed, show in sessions.items()]
    assert [s for s in shows if s.verification.assurance is Assurance.HIGH] == []
    assert all(
        "replay_suspected" in s.evidence["assurance_reasons"]
        for s in shows
        if s.verification.state is VerificationState.MATCH
    )


def test_timing_alone_stops_most_replays_of_the_same_sequence(
    sessions: dict[int, Performance],
) -> None:
    shows = [replayed(seed, show, True, known=False) for seed, show in sessions.items()]
    lively = [s for s in shows if s.evidence["liveness"]["shown"]]
    assert len(lively) <= 0.35 * SESSIONS


def test_a_still_that_sways_never_shows_liveness() -> None:
    for seed in range(20):
        head = DeafHead(Motion(seed), chance=random.Random(seed))
        show = perform(head, random.Random(seed))
        assert show.verification.state is VerificationState.INCONCLUSIVE


def test_a_loop_of_all_movements_is_not_verified() -> None:
    lively = 0
    for seed in range(SESSIONS):
        head = DeafHead(Motion(seed), chance=random.Random(seed))
        for index in range(20):
            kind = ("turn_left", "turn_right", "nod")[index % 3]
            head.motion.prompt(kind, 1.0 + 3.0 * index)
        show = perform(head, random.Random(seed))
        lively += show.evidence["liveness"]["shown"]
    assert lively <= 0.05 * SESSIONS
