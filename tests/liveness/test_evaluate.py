"""``rollcall liveness evaluate`` and ``perform``: the contract, on videos made here."""

import json
import random
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from media.faces.outcomes import PromptKind
from server.cli.main import app
from server.liveness.casting import Company, portrait
from server.liveness.evaluation import Evaluation, NothingToEvaluate, evaluate
from server.liveness.footage import draw_script, film, make_data_set
from server.liveness.sidecar import BadSidecar, read_sidecar, sidecar_of
from server.simulate.attacks.actors import DeafActor
from server.simulate.portrait import PortraitActor

KINDS = [PromptKind.TURN_LEFT, PromptKind.CLOSE_EYES]


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two live persons and two deaf actors, and files that are no good."""
    folder = tmp_path_factory.mktemp("footage")
    live, deaf = folder / "live", folder / "attack" / "deaf_actor"
    live.mkdir()
    deaf.mkdir(parents=True)
    for number, name in enumerate(("astronaut", "hopper")):
        script = draw_script(random.Random(number), KINDS)
        film(live / f"{number}.webm", PortraitActor(portrait(name), number), script)
        film(deaf / f"{number}.webm", DeafActor(portrait(name), number), script)
    shutil.copy(live / "0.webm", live / "alone.webm")
    (deaf / "broken.webm").write_bytes(b"not a video")
    shutil.copy(live / "0.json", deaf / "broken.json")
    return folder


@pytest.fixture(scope="module")
def evaluation(footage: Path, company: Company) -> Evaluation:
    return evaluate(footage, company.analyser)


def test_live_persons_are_accepted_and_attacks_are_not(evaluation: Evaluation) -> None:
    said = evaluation.as_json()
    assert said["bpcer"]["presentations"] == 2
    assert said["bpcer"]["rejected"] == 0
    species = said["apcer"]["deaf_actor"]
    assert (species["attacks"], species["passed"], species["rate"]) == (2, 0, 0.0)
    assert species["interval"] == [0.0, pytest.approx(0.842, abs=0.001)]
    assert species["reasons"] == {"too_late": 2}


def test_files_that_cannot_be_used_are_named_and_not_counted(evaluation: Evaluation) -> None:
    bad = {unusable.file: unusable.why for unusable in evaluation.unusable}
    assert set(bad) == {"live/alone.webm", "attack/deaf_actor/broken.webm"}
    assert bad["live/alone.webm"] == "no sidecar"
    assert "decoded" in bad["attack/deaf_actor/broken.webm"]
    assert evaluation.as_json()["files"] == 6


def test_another_persons_reference_makes_a_live_person_an_impostor(
    footage: Path, company: Company, tmp_path: Path
) -> None:
    live = tmp_path / "live"
    live.mkdir()
    shutil.copy(footage / "live" / "0.webm", live)
    told = json.loads((footage / "live" / "0.json").read_text())
    (live / "0.json").write_text(json.dumps(told | {"reference": "other.png"}))
    shutil.copy(_picture_of("hopper", tmp_path), live / "other.png")
    result = evaluate(tmp_path, company.analyser).as_json()
    assert result["bpcer"]["reasons"] == {"another_person": 1}


def test_the_prompts_times_count(footage: Path, company: Company, tmp_path: Path) -> None:
    """The same video with prompts said to have come elsewhere is no answer to them."""
    live = tmp_path / "live"
    live.mkdir()
    shutil.copy(footage / "live" / "0.webm", live)
    told = json.loads((footage / "live" / "0.json").read_text())
    for prompt in told["prompts"]:
        prompt["at_s"] += 2.4
    (live / "0.json").write_text(json.dumps(told))
    assert evaluate(tmp_path, company.analyser).bpcer.errors == 1


def test_a_species_without_a_usable_file_is_still_named(company: Company, tmp_path: Path) -> None:
    (tmp_path / "attack" / "mask").mkdir(parents=True)
    (tmp_path / "attack" / "mask" / "one.webm").write_bytes(b"no video")
    result = evaluate(tmp_path, company.analyser).as_json()
    assert result["apcer"]["mask"]["attacks"] == 0 and result["apcer"]["mask"]["rate"] is None
    assert [bad["file"] for bad in result["unusable"]] == ["attack/mask/one.webm"]
    done = CliRunner().invoke(app, ["liveness", "evaluate", str(tmp_path), "--json"])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["bpcer"]["rate"] is None


def test_a_folder_without_videos_is_an_error(company: Company, tmp_path: Path) -> None:
    with pytest.raises(NothingToEvaluate):
        evaluate(tmp_path, company.analyser)
    done = CliRunner().invoke(app, ["liveness", "evaluate", str(tmp_path), "--json"])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["code"] == "nothing_to_evaluate"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        '{"version": 2, "prompts": [{"kind": "nod", "at_s": 1}]}',
        '{"version": 1, "prompts": []}',
        '{"version": 1, "prompts": [{"kind": "stand_up", "at_s": 1}]}',
        '{"version": 1, "prompts": [{"kind": "nod", "at_s": -1}]}',
        '{"version": 1, "prompts": [{"kind": "nod", "at_s": 2}, {"kind": "nod", "at_s": 1}]}',
        '{"version": 1, "prompts": [{"kind": "nod", "at_s": 1}], "light": {"colours": ["red"]}}',
    ],
)
def test_a_sidecar_that_says_nothing_of_use_is_refused(tmp_path: Path, said: str) -> None:
    video = tmp_path / "a.webm"
    sidecar_of(video).write_text(said)
    with pytest.raises(BadSidecar):
        read_sidecar(video)


def test_the_same_seed_makes_the_same_challenges(tmp_path: Path) -> None:
    one, again = tmp_path / "one", tmp_path / "again"
    for out in (one, again):
        assert make_data_set(out, 1, ["still_photo"], seed=5) == 2
    for name in ("live/0000.webm", "attack/still_photo/0000.webm"):
        assert read_sidecar(one / name) == read_sidecar(again / name)
    assert read_sidecar(one / "live/0000.webm") != read_sidecar(
        one / "attack/still_photo/0000.webm"
    )


def test_an_unknown_species_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["liveness", "perform", str(tmp_path), "--species", "wax"])
    assert done.exit_code == 2
    assert "wax" in done.output


def _picture_of(name: str, folder: Path) -> Path:
    import cv2

    path = folder / f"{name}.png"
    cv2.imwrite(str(path), portrait(name))
    return path
