"""Recordings, loops and stills against random movements: many sessions on motion alone."""

import random
from collections.abc import Iterable

import pytest

from media.faces.outcomes import PromptKind
from media.faces.trace import Trace
from roll_call.verification import Assurance, VerificationState
from server.simulate.actor_motion import Motion
from tests.media.faces.stage import (
    Conditions,
    DeafHead,
    MovingHead,
    Performance,
    Replay,
    SameSteps,
    perform,
)

SESSIONS = 60
REPLAYED = 150
KINDS = [kind.value for kind in PromptKind]


def live(seed: int, earlier: Iterable[Trace] = (), interval_s: float = 0.0) -> Performance:
    """A cooperative person's session."""
    head = MovingHead(Motion(seed), chance=random.Random(seed))
    conditions = Conditions(interval_s=interval_s)
    return perform(head, random.Random(seed), earlier=earlier, conditions=conditions)


@pytest.fixture(scope="module")
def sessions() -> dict[int, Performance]:
    """Recorded sessions by seed."""
    return {seed: live(seed) for seed in range(1000, 1000 + SESSIONS)}


def replayed(
    seed: int, recorded: Performance, same_steps: bool, from_s: float = 0.0, known: bool = True
) -> Performance:
    """The recording before the camera; ``known``: its trace is on record."""
    prompts = recorded.evidence["prompts"]
    kinds = [step["kind"] for step in prompts][-3:]
    chance = SameSteps(seed + 1, kinds) if same_steps else random.Random(seed + 1)
    head = Replay(
        Motion(seed),
        noise_deg=0.5,
        chance=random.Random(seed + 2),
        length_s=recorded.end_s + 1,
        from_s=from_s,
    )
    # The recorded motion answered the prompts of its own time.
    for step in prompts:
        head.motion.prompt(step["kind"], step["media_s"] + 0.08 + 0.12)
    return perform(head, chance, earlier=[recorded.trace] if known else [])


def lively(shows: list[Performance]) -> list[Performance]:
    """Those that passed for a living face."""
    return [show for show in shows if show.evidence["liveness"]["shown"]]


def cleared(shows: list[Performance]) -> list[Performance]:
    """Those that the machine would have settled."""
    matched = [show for show in shows if show.verification.state is VerificationState.MATCH]
    return [show for show in matched if (show.verification.assurance or Assurance.LOW).clears]


def test_cooperative_people_pass_and_are_quick(sessions: dict[int, Performance]) -> None:
    assert len(cleared(list(sessions.values()))) >= 0.97 * SESSIONS
    at_once = [s for s in sessions.values() if s.evidence["liveness"]["tries"] == 1]
    assert len(at_once) >= 0.97 * SESSIONS
    times = sorted(show.end_s for show in sessions.values())
    assert times[len(times) // 2] <= 16.0


@pytest.mark.parametrize("interval_s", [0.13, 0.2])
def test_cooperative_people_pass_where_few_frames_are_looked_at(interval_s: float) -> None:
    shows = [live(seed, interval_s=interval_s) for seed in range(2000, 2030)]
    assert len(lively(shows)) >= 0.97 * len(shows)


def test_independent_sessions_of_a_person_are_not_taken_for_replays(
    sessions: dict[int, Performance],
) -> None:
    traces = [show.trace for show in sessions.values()]
    shows = [live(seed, earlier=traces[:20]) for seed in range(3000, 3000 + SESSIONS)]
    low = [show for show in shows if show.verification.assurance is Assurance.LOW]
    assert len(low) <= 0.05 * SESSIONS


def test_a_replay_of_another_sequence_is_never_taken_for_a_living_face(
    sessions: dict[int, Performance],
) -> None:
    shows = [replayed(seed, show, False) for seed, show in sessions.items()]
    assert cleared(shows) == []
    assert len(lively(shows)) <= 0.05 * SESSIONS


def test_a_replay_with_the_same_sequence_drawn_again_is_never_verified() -> None:
    recorded = {seed: live(seed) for seed in range(4000, 4000 + REPLAYED)}
    begins = random.Random(5)
    shows = []
    for seed, show in recorded.items():
        from_s = begins.choice([0.0, 0.6, begins.uniform(0.0, show.end_s)])
        shows.append(replayed(seed, show, True, from_s))
    assert cleared(shows) == []
    assert lively(shows), "none got as far as the comparison of its movements"
    assert all("replay_suspected" in show.evidence["assurance_reasons"] for show in lively(shows))


def test_timing_alone_stops_most_replays_of_the_same_sequence(
    sessions: dict[int, Performance],
) -> None:
    shows = [replayed(seed, show, True, known=False) for seed, show in sessions.items()]
    assert len(lively(shows)) <= 0.4 * SESSIONS


def test_a_still_that_sways_never_shows_liveness() -> None:
    for seed in range(20):
        head = DeafHead(Motion(seed), chance=random.Random(seed))
        show = perform(head, random.Random(seed))
        assert show.verification.state is VerificationState.INCONCLUSIVE


def test_a_loop_of_all_movements_is_not_verified() -> None:
    shows = []
    for seed in range(SESSIONS):
        head = DeafHead(Motion(seed), chance=random.Random(seed))
        for index in range(20):
            head.motion.prompt(KINDS[index % len(KINDS)], 1.0 + 3.0 * index)
        shows.append(perform(head, random.Random(seed)))
    assert lively(shows) == []


def test_movements_at_random_are_not_verified() -> None:
    shows = []
    for seed in range(SESSIONS):
        chance, at_s = random.Random(seed + 1), 1.5
        head = DeafHead(Motion(seed), chance=random.Random(seed))
        while at_s < 60.0:
            head.motion.prompt(chance.choice(KINDS), at_s)
            at_s += chance.uniform(1.5, 5.0)
        shows.append(perform(head, random.Random(seed)))
    assert cleared(shows) == []
    assert len(lively(shows)) <= 0.05 * SESSIONS
