"""``rollcall simulate roll-call``: a whole round over real signaling and real media."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from server.simulate.roll_call import Part, RollCallRequest, outcome, parts, spread


def test_the_share_that_answers_is_exact_and_the_seed_says_who() -> None:
    cast = parts(RollCallRequest(50, 0.9, seed=4))
    assert Counter(cast) == {Part.ANSWERS: 45, Part.SILENT: 3, Part.OFFLINE: 2}
    assert cast == parts(RollCallRequest(50, 0.9, seed=4))
    assert cast != parts(RollCallRequest(50, 0.9, seed=5))


def test_whatever_is_recorded_otherwise_than_simulated_is_a_mismatch() -> None:
    cast = {"a": Part.ANSWERS, "b": Part.SILENT, "c": Part.OFFLINE, "d": Part.ANSWERS}
    recorded = [
        {"subject_id": "a", "state": "present"},
        {"subject_id": "b", "state": "absent"},
        {"subject_id": "c", "state": "present"},
    ]
    assert outcome(recorded, cast) == {"states": {"absent": 1, "present": 2}, "mismatches": 3}


def test_the_spread_of_latencies_reaches_the_slowest() -> None:
    assert spread([float(n) for n in range(1, 101)]) == {"median": 51.0, "p99": 100.0}
    assert spread([]) == {}


@pytest.mark.serial
def test_a_county_answers_and_the_officer_confirms_what_is_proposed() -> None:
    command = [sys.executable, "-m", "server.cli", "simulate", "roll-call"]
    options = ["--units", "6", "--answer-rate", "0.67", "--json"]
    run = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout.splitlines()[-1])
    assert report["states"] == {"present": 4, "review": 2}
    assert report["mismatches"] == 0
    # Two turns for each that did not answer, and nobody is proposed absent.
    assert report["proposals"] == {"present": 4, "later": 2, "open": 2}
    assert report["turns"] == 8
    assert report["state_change_ms"]["untold"] == 0
    assert report["elapsed_s"] > 0
    assert report["seconds_per_unit"] > 0
    assert report["cpu_s"] > 0
    assert report["peak_rss_mb"] > 0
