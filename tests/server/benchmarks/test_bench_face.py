"""``rollcall bench face``: whole check-ins are played, and only the vision work is counted."""

from collections.abc import Iterator

import pytest

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


def test_the_work_is_done_again_by_itself_and_counted(company: Company) -> None:
    actor = PortraitActor(portrait("hopper"), seed=1)
    head = EncodedHead(actor, company.analyser, company.template("hopper"))
    first = head.seen(0.0, embed=True, watch=Watch())
    second = head.seen(0.4, embed=False, watch=Watch())
    assert first.similarity is not None and second.similarity is None
    assert second.media_s == pytest.approx(0.4)
    spent = head.again()
    assert (spent.frames, spent.looks, spent.similarities) == (7, 2, 1)
    assert spent.decode_s > 0 and spent.look_s > 0
