"""The attack suite on frames: real models, the real examination, a few sessions of each species."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from media.faces.outcomes import PromptKind
from server.liveness.casting import Company
from server.liveness.suite import COOPERATIVE, Result, SameSteps, Session, play, run
from server.liveness.suite_report import as_table, broken, report
from server.liveness.suite_store import Partial
from server.simulate.attacks.species import EXCLUDED, SPECIES

NUMBERS = (0, 1)


@pytest.fixture(scope="module")
def cooperative(company: Company) -> list[Result]:
    return [play(Session(COOPERATIVE, number), company) for number in NUMBERS]


def test_the_right_persons_are_verified(cooperative: list[Result]) -> None:
    assert [(result.state, result.verified) for result in cooperative] == [("match", True)] * 2


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("species", EXCLUDED)
def test_no_attack_is_verified(
    species: str, number: int, cooperative: list[Result], company: Company
) -> None:
    recording = cooperative[number].recording if SPECIES[species].recorded else None
    result = play(Session(species, number, recording), company)
    assert result.presented
    assert not result.verified, result
    assert result.state != "mismatch" or species == "face_swap"


def test_a_person_on_a_screen_who_answers_needs_an_officer(company: Company) -> None:
    result = play(Session("screen_relay", 0), company)
    assert result.state == "match"
    assert not result.verified
    assert {"screen_border", "moire"} & set(result.reasons)


def test_the_suite_can_see_an_attack_succeed(company: Company) -> None:
    """The injected camera that reads the prompts is one that no browser can tell."""
    result = play(Session("realtime_injection", 0), company)
    assert result.verified
    assert "injection_not_excluded" in result.reasons
    assert broken([replace(result, species="deaf_actor")])
    assert not broken([result])


def test_the_same_steps_are_drawn_again() -> None:
    chance = SameSteps(1, ["nod", "turn_left"])
    kinds = list(PromptKind)
    assert [chance.choice(kinds).value for _ in range(3)] == ["nod", "turn_left", "nod"]
    assert chance.choice(["7"]) == "7"


def test_a_suite_goes_on_where_it_was_interrupted(
    cooperative: list[Result], tmp_path: Path
) -> None:
    kept = tmp_path / "results.jsonl"
    for result in cooperative:
        Partial(kept).add(result)
    known = Partial(kept).results
    assert known[0].recording is not None
    assert known[0].recording.prompts == cooperative[0].recording.prompts  # type: ignore[union-attr]
    played: list[Result] = []
    assert len(run(2, (), known=known, on_result=played.append)) == 2
    assert played == []


def test_the_report_counts_and_names(cooperative: list[Result]) -> None:
    attack = replace(cooperative[0], species="replay", verified=False, state="inconclusive")
    hidden = replace(attack, species="face_swap", number=3, presented=False)
    apart = replace(attack, species="realtime_injection", verified=True)
    said = report([*cooperative, attack, hidden, apart])
    assert said["cooperative"]["false_rejection"]["rejected"] == 0
    assert said["attacks"]["replay"]["apcer"]["attacks"] == 1
    assert said["attacks"]["face_swap"]["apcer"]["attacks"] == 0
    assert said["attacks"]["face_swap"]["not_presented"] == 1
    assert said["reported_apart"]["realtime_injection"]["verified"] == 1
    json.dumps(said)
    assert "replay" in as_table(said)
