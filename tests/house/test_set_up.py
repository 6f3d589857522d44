"""The set-up does nothing twice, and knows when it was interrupted."""

import ast
from pathlib import Path

import pytest

from bootstrap import goals, steps, system
from bootstrap.console import SetupError, run_logged
from bootstrap.steps import Step
from tests.house.tree import ROOT


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stamps and logs of these tests lie in a folder of their own."""
    state = tmp_path / "state"
    monkeypatch.setattr(steps, "STATE", state)
    monkeypatch.setattr("bootstrap.console.STATE", state)
    return state


class Kettle:
    """A step whose result is a file."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "source"
        self.source.write_text("water")
        self.result = folder / "result"
        self.tries: list[bool] = []
        self.fails = False
        self.step = Step(
            "kettle", "kettle", "水壶", lambda: [self.source], self.result.exists, self.boil
        )

    def boil(self, interrupted: bool) -> None:
        self.tries.append(interrupted)
        if self.fails:
            raise SetupError("no power")
        self.result.write_text(self.source.read_text())


def test_a_step_is_done_once(tmp_path: Path) -> None:
    kettle = Kettle(tmp_path)
    assert [kettle.step.ensure(), kettle.step.ensure()] == [True, False]


def test_a_step_is_done_again_when_its_source_changes(tmp_path: Path) -> None:
    kettle = Kettle(tmp_path)
    kettle.step.ensure()
    kettle.source.write_text("tea")
    assert kettle.step.ensure()
    assert kettle.result.read_text() == "tea"


def test_a_step_is_done_again_when_its_result_is_gone(tmp_path: Path) -> None:
    kettle = Kettle(tmp_path)
    kettle.step.ensure()
    kettle.result.unlink()
    assert kettle.step.ensure()


def test_a_step_learns_that_its_last_try_was_cut_short(tmp_path: Path) -> None:
    kettle = Kettle(tmp_path)
    kettle.fails = True
    with pytest.raises(SetupError):
        kettle.step.ensure()
    kettle.fails = False
    kettle.step.ensure()
    assert kettle.tries == [False, True]


def test_moving_a_file_within_a_folder_counts_as_a_change(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("same")
    before = steps.fingerprint_of([tmp_path])
    (tmp_path / "a").rename(tmp_path / "b")
    assert steps.fingerprint_of([tmp_path]) != before


def test_a_failing_command_shows_the_end_of_what_it_said() -> None:
    with pytest.raises(SetupError, match="the reason"):
        run_logged("sh", ["sh", "-c", "echo the reason; exit 3"])


def test_missing_libraries_are_named_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "\tlibEGL.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n"
    monkeypatch.setattr(system, "output_of", lambda command: said)
    monkeypatch.setattr(system, "can_install", lambda: False)
    with pytest.raises(SetupError, match="apt-get install -y libegl1"):
        system.require_libraries([tmp_path])


def test_running_needs_no_browser_and_testing_does() -> None:
    names = {goal: [step.name for step in steps] for goal, steps in goals.GOALS.items()}
    assert "browser" not in names["run"]
    assert names["test"] == [*names["run"], "browser"]


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_old_python_can_read_what_it_lacks(name: str) -> None:
    ast.parse((ROOT / "bootstrap" / name).read_text("utf-8"), feature_version=(3, 6))
