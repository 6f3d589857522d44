"""``rollcall bench face``: whole check-ins are played, and only the vision work is counted."""

import time
from collections.abc import Iterator

import pytest

from media.faces.picture import Picture
from roll_call.ports.faces import Watch
from server.benchmarks.face import EncodedHead, bench_face
from server.liveness.casting import Company, portrait
from server.simulate.portrait import PortraitActor


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """The default backend's models."""
    made = Company("sface")
    yield made
    made.close()


def test_every_backend_plays_whole_check_ins_beside_the_baseline() -> None:
    result = bench_face(["sface"], 1)
    ours, baseline = result["backends"]["sface"], result["backends"]["dlib"]
    assert result["ms_per_stage"].keys() >= {"decode", "landmarks", "quality", "light", "cues"}
    assert ours["verdicts"] == baseline["verdicts"] == ["match"]
    assert baseline["share_of_baseline"] == 1.0
    assert ours["share_of_baseline"] < 1.0
    assert 5 <= ours["similarities"] < ours["frames_looked_at"] < ours["frames_decoded"]
    parts = ours["cpu_s_decoding"] + ours["cpu_s_looking"]
    assert ours["cpu_s_per_check_in"] == pytest.approx(parts, abs=0.01)


class SlowToDraw:
    """An actor who costs more than a look does."""

    def __init__(self) -> None:
        self._actor = PortraitActor(portrait("hopper"), seed=1)

    def prompt(self, kind: str, at_s: float) -> None:
        """Follows none."""

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        """Sees none."""

    def frame(self, at_s: float) -> Picture:
        for _ in range(60):
            picture = self._actor.frame(at_s)
        return picture


def test_frames_between_looks_are_decoded_and_drawing_is_not_counted(company: Company) -> None:
    head = EncodedHead(SlowToDraw(), company.analyser, company.template("hopper"))
    began = time.process_time()
    first = head.seen(0.0, embed=True, watch=Watch())
    second = head.seen(0.4, embed=False, watch=Watch())
    assert first.similarity is not None and second.similarity is None
    assert (head.spent.frames, head.spent.looks, head.spent.similarities) == (7, 2, 1)
    assert second.media_s == pytest.approx(0.4)
    in_all = time.process_time() - began
    assert 0 < head.spent.decode_s + head.spent.look_s < in_all / 2
