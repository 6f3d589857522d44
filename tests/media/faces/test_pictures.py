"""Enrolment and comparison of pictures: the same golden tests for every backend."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from media.faces.analysis import Analyser
from media.faces.calibration import operating_point
from media.faces.stills import compare
from media.faces.wire import comparison_from, enrolment_from, enrolment_to, pack, unpack
from roll_call.ports.faces import Comparison, FaceProblem
from server.cli.face import app
from server.simulate.portrait import portraits
from tests.media.faces.conftest import actor, enrolled, jpeg, portrait, three_pictures


def compared(analyser: Analyser, a: bytes, b: bytes) -> Comparison:
    steps = compare(analyser, a, b)
    next(steps)
    with pytest.raises(StopIteration) as done:
        next(steps)
    result: Comparison = done.value.value
    return result


def spoilt(name: str) -> bytes:
    """Another picture of the same face: smaller, darker, from the side, badly compressed."""
    person = actor(name, seed=9)
    person.prompt("turn_left", -0.75)
    picture = cv2.resize(person.frame(0.0), None, fx=0.7, fy=0.7)
    done, data = cv2.imencode(
        ".jpg", np.clip(picture * 0.75, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 40]
    )
    assert done
    return data.tobytes()


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_the_same_face_matches(analyser: Analyser, name: str) -> None:
    result = compared(analyser, jpeg(portrait(name)), spoilt(name))
    assert result.faces == (1, 1)
    assert result.similarity is not None
    assert result.similarity >= result.threshold


def test_different_faces_do_not_match(analyser: Analyser) -> None:
    result = compared(analyser, jpeg(portrait("astronaut")), jpeg(portrait("hopper")))
    assert result.similarity is not None
    point = operating_point(analyser.embedder.model)
    assert result.similarity < point.single - point.margin


def test_three_pictures_make_a_template_and_bad_ones_are_named(analyser: Analyser) -> None:
    wall = jpeg(np.full((480, 640, 3), 120, np.uint8))
    result = enrolled(analyser, [*three_pictures("hopper"), wall, b"nothing"])
    assert result.template is not None
    assert result.template.model == analyser.embedder.model
    assert result.template.frames == 3
    assert len(result.template.vector) == 128 * 4
    problems = [report.problem for report in result.reports]
    assert problems == [None, None, None, FaceProblem.NO_FACE, FaceProblem.UNREADABLE]
    assert result.portrait_index in {0, 1, 2}


def test_a_picture_that_shows_nothing_new_is_left_out(analyser: Analyser) -> None:
    straight, left, right = three_pictures("hopper")
    person = actor("hopper", seed=7)
    again = jpeg(person.frame(0.4))
    result = enrolled(analyser, [jpeg(person.frame(0.0)), again, straight, left, right, left])
    problems = [report.problem for report in result.reports]
    assert problems[0] is None
    assert problems[1] is FaceProblem.TOO_ALIKE
    assert problems[3:] == [None, None, FaceProblem.TOO_ALIKE]
    assert result.template is not None
    assert result.template.frames == problems.count(None)
    assert all(report.pose is not None for report in result.reports)


def test_the_same_pose_in_other_light_is_something_new(sface: Analyser) -> None:
    straight = actor("hopper", seed=7).frame(0.0)
    darker = np.clip(straight * 0.7, 0, 255).astype(np.uint8)
    result = enrolled(sface, [jpeg(straight), jpeg(darker), jpeg(straight)])
    problems = [report.problem for report in result.reports]
    assert problems == [None, None, FaceProblem.TOO_ALIKE]


def test_results_survive_the_way_from_the_worker(sface: Analyser) -> None:
    result = enrolled(sface, [*three_pictures("hopper"), b"nothing"])
    header, chunks = unpack(pack({"type": "done", "value": enrolment_to(result)}, b"x"))
    assert chunks == [b"x"]
    assert enrolment_from(header["value"]) == result
    with pytest.raises(ValueError, match="malformed"):
        unpack(b"\xff\xff\xff\x7f{}")
    with pytest.raises(KeyError):
        comparison_from({})


def test_more_than_one_face_is_refused(sface: Analyser) -> None:
    both = jpeg(np.hstack([cv2.resize(portrait(n), (400, 480)) for n in portraits()]))
    result = compared(sface, both, jpeg(portrait("hopper")))
    assert result.similarity is None
    assert result.faces == (2, 1)
    assert result.reports[0].problem is FaceProblem.SEVERAL_FACES


def test_thresholds_follow_the_template_policy() -> None:
    sface = operating_point("sface")
    assert sface.threshold(3) == 0.45
    assert sface.threshold(1) > sface.threshold(3)
    assert sface.rule(1).threshold == sface.threshold(2)
    for model in ("sface", "dlib"):
        assert operating_point(model).data


class TestCommand:
    """``rollcall face compare A B --json``."""

    def run(self, *arguments: str) -> tuple[int, dict[str, object]]:
        result = CliRunner().invoke(app, ["compare", *arguments, "--json"])
        said: dict[str, object] = json.loads(result.stdout.splitlines()[-1])
        return result.exit_code, said

    def test_compares(self, tmp_path: Path) -> None:
        hopper = str(portraits()["hopper"])
        other = tmp_path / "other.jpg"
        other.write_bytes(spoilt("hopper"))
        code, said = self.run(hopper, str(other))
        assert code == 0
        assert said["match"] is True
        assert said["faces"] == [1, 1]
        assert said["model"] == "sface"
        assert said["threshold"] == operating_point("sface").single
        assert len(said["quality"]) == 2  # type: ignore[arg-type]

    def test_refuses_a_picture_without_a_face(self, tmp_path: Path) -> None:
        wall = tmp_path / "wall.png"
        cv2.imwrite(str(wall), np.full((200, 200, 3), 100, np.uint8))
        code, said = self.run(str(wall), str(portraits()["hopper"]))
        assert code == 2
        assert said["error"]["code"] == "face_unusable"  # type: ignore[index]
        assert said["error"]["problems"] == ["no_face", None]  # type: ignore[index]

    def test_refuses_what_is_not_a_picture_or_not_there(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.jpg"
        broken.write_bytes(b"\xff\xd8\xff")
        assert self.run(str(broken), str(broken))[0] == 2
        code, said = self.run(str(tmp_path / "absent.jpg"), str(broken))
        assert code == 2
        assert said["error"]["code"] == "unreadable"  # type: ignore[index]
