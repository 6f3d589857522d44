"""``rollcall face evaluate``: the contract, on the two portraits that the packages carry."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from server.cli.face import app
from tests.media.faces.conftest import actor, jpeg

RATES = ("eer", "far_at_threshold", "frr_at_threshold")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two persons with three pictures each, one without a face, one that is no picture."""
    folder = tmp_path_factory.mktemp("people")
    for name in ("astronaut", "hopper"):
        person = actor(name, seed=5)
        (folder / name).mkdir()
        for number in range(3):
            (folder / name / f"{number}.jpg").write_bytes(jpeg(person.frame(number * 0.7)))
    (folder / "hopper" / "notes.txt").write_text("not a picture")
    (folder / "wall").mkdir()
    for number in range(2):
        wall = np.full((300, 300, 3), 90 + number, np.uint8)
        cv2.imwrite(str(folder / "wall" / f"{number}.png"), wall)
    return folder


def run(*arguments: object) -> tuple[int, Any]:
    """The exit code and the last line as JSON."""
    result = CliRunner().invoke(app, ["evaluate", *(str(a) for a in arguments), "--json"])
    return result.exit_code, json.loads(result.stdout.splitlines()[-1])


def test_says_the_figures_with_their_intervals(people: Path, tmp_path: Path) -> None:
    plot = tmp_path / "plot.png"
    code, said = run(people, "--plot", plot)
    assert code == 0
    assert (said["persons"], said["genuine_pairs"], said["impostor_pairs"]) == (3, 4, 4)
    assert set(said["tar_at_far"]) == {"1e-2", "1e-3", "1e-4"}
    assert said["threshold"] == 0.5
    for key in RATES:
        low, high = said[f"{key}_interval"]
        assert 0 <= low <= said[key] <= high <= 1
        assert high - low > 0.2, "four pairs are next to nothing"
    assert said["eer"] == 0.0
    assert said["tar_at_far"]["1e-2"] == 1.0
    assert said["ms_per_face"] > 0
    assert said["enough_impostors_for"] == []
    assert cv2.imread(str(plot)) is not None


def test_refuses_a_plot_that_cannot_be_written_before_it_looks_at_pictures(
    people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_: object) -> None:
        raise AssertionError("it looked at pictures")

    monkeypatch.setattr("server.evaluation.report.evaluate", work)
    for plot in (tmp_path / "missing" / "plot.png", tmp_path):
        code, said = run(people, "--plot", plot)
        assert code == 2
        assert str(plot.parent) in said["error"]["message"]


def test_names_every_picture_that_gave_no_face(people: Path) -> None:
    said = run(people)[1]
    assert said["unreadable"] == ["hopper/notes.txt"]
    assert said["faceless"] == ["wall/0.png", "wall/1.png"]
    assert said["failure_to_acquire"]["failed"] == 3
    assert said["failures_to_enrol"] == 1
    assert said["failure_to_enrol"]["names"] == ["wall"]


def test_more_enrolled_pictures_leave_fewer_to_compare(people: Path) -> None:
    said = run(people, "--enrol-frames", 2)[1]
    assert (said["enrol_frames"], said["genuine_pairs"]) == (2, 2)
    code, refused = run(people, "--enrol-frames", 3)
    assert (code, refused["error"]["code"]) == (2, "evaluation_no_pairs")


def test_the_baseline_is_compared_at_its_own_defaults(people: Path) -> None:
    said = run(people, "--backend", "dlib")[1]
    assert said["model"] == "dlib"
    assert {one["threshold"] for one in said["other_thresholds"]} == {0.4, 0.5}


def test_groups_are_reported_each_for_itself(people: Path, tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text("person,group\nhopper,navy\nastronaut,navy\nwall,none\n", "utf-8")
    said = run(people, "--groups", groups)[1]
    assert said["groups"]["navy"]["genuine_pairs"] == 4
    assert said["groups"]["navy"]["far_at_threshold"] == 0.0
    assert said["groups"]["none"] == {"persons": 1, "too_few": True}
    for text in ("hopper,navy\n", "person,group\nnobody,navy\n", "person,group\n"):
        groups.write_text(text, "utf-8")
        code, refused = run(people, "--groups", groups)
        assert (code, refused["error"]["code"]) == (2, "evaluation_bad_groups")


def test_a_folder_that_cannot_be_evaluated_is_refused_with_the_reason(
    people: Path, tmp_path: Path
) -> None:
    assert refusal(tmp_path / "nowhere") == "evaluation_no_folder"
    one = tmp_path / "one"
    (one / "hopper").mkdir(parents=True)
    (one / "hopper" / "0.jpg").write_bytes((people / "hopper" / "0.jpg").read_bytes())
    assert refusal(one) == "evaluation_one_person"
    (one / "astronaut").mkdir()
    (one / "astronaut" / "0.jpg").write_bytes((people / "astronaut" / "0.jpg").read_bytes())
    assert refusal(one) == "evaluation_no_second_picture"
    assert refusal(people, "--backend", "magic") == "unknown_backend"


def refusal(*arguments: object) -> str:
    """The code of what is said instead of figures."""
    code, said = run(*arguments)
    assert code == 2
    assert said["error"]["message"]
    return str(said["error"]["code"])
