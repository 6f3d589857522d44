"""The worker processes: observations, crashes, corrupt frames, silence on the network."""

import asyncio
import os
import random
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from media.faces.models import MODEL_FILES, SFACE, model_path
from media.faces.verifier import WorkerVerifier
from roll_call.errors import InvalidInput, ModelError
from roll_call.ports.faces import (
    FaceEvent,
    FaceObservation,
    FaceProblem,
    Template,
    VerifierLost,
    Watch,
)
from tests.media.faces.conftest import actor, jpeg, three_pictures
from tests.media.faces.encoding import FRAME_RATE, Encoded, encoded

PATIENCE_S = 60.0
NAMES = ("hopper", "astronaut")


class Watched:
    """A verifier with the events that it told."""

    def __init__(self, backend: str = "sface", **options: float) -> None:
        self.verifier = WorkerVerifier(backend, **options)
        self.events: list[FaceEvent] = []

    @property
    def observations(self) -> list[FaceObservation]:
        return [event for event in self.events if isinstance(event, FaceObservation)]

    @property
    def lost(self) -> list[str]:
        return [event.session for event in self.events if isinstance(event, VerifierLost)]

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something to be told."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await asyncio.sleep(0.02)

    async def show(self, session: str, frames: list[Encoded], embed_every: int = 5) -> None:
        """Hand frames over about as fast as they can be looked at."""
        for index, frame in enumerate(frames):
            embed = index % embed_every == 0
            self.verifier.push(session, frame.media_s, frame.keyframe, frame.data, embed)
            await asyncio.sleep(0.5 / FRAME_RATE)


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    """A running verifier."""
    running = Watched()
    await running.verifier.start(running.events.append)
    yield running
    await running.verifier.close()


def frames_of(name: str, codec: str = "VP8", count: int = 20) -> list[Encoded]:
    """An actor's encoded frames."""
    person = actor(name, seed=3)
    return list(encoded((person.frame(i / FRAME_RATE) for i in range(count)), codec))


async def template_of(verifier: WorkerVerifier, name: str) -> Template:
    result = await verifier.enrol(three_pictures(name))
    assert result.template is not None
    assert result.template.frames == 3
    return result.template


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_frames_become_observations(watched: Watched, codec: str) -> None:
    template = await template_of(watched.verifier, "hopper")
    watched.verifier.open("mine", codec, template)
    watched.verifier.open("other", codec, template)
    mine, other = frames_of("hopper", codec), frames_of("astronaut", codec)
    await asyncio.gather(watched.show("mine", mine), watched.show("other", other))
    await watched.until(lambda: _similarities(watched, "other") and _similarities(watched, "mine"))
    assert min(_similarities(watched, "mine")) > 0.8
    assert max(_similarities(watched, "other")) < 0.35
    assert all(seen.faces == 1 and seen.pose is not None for seen in watched.observations)
    assert not watched.lost


async def test_a_watch_says_how_often_and_what_is_looked_at(watched: Watched) -> None:
    frames = frames_of("hopper", count=45)
    watched.verifier.open("mine", "VP8", await template_of(watched.verifier, "hopper"))
    watched.verifier.watch("nobody", Watch())
    watched.verifier.watch("mine", Watch(interval_s=0.5, light=True, coverings=False))
    await watched.show("mine", frames, embed_every=15)
    await watched.until(lambda: watched.observations and watched.observations[-1].media_s > 2.5)
    seen = watched.observations
    pauses = [after.media_s - before.media_s for before, after in pairwise(seen)]
    plain = [one for one, pause in zip(seen[1:], pauses, strict=True) if one.similarity is None]
    assert len(seen) < len(frames) / 3
    assert all(
        pause >= 0.5 for one, pause in zip(seen[1:], pauses, strict=True) if one.similarity is None
    )
    assert all(one.light is not None for one in seen)
    assert plain and all(one.quality and one.quality.mask is None for one in plain)
    with_similarity = [one for one in seen if one.similarity is not None]
    assert with_similarity[0].continuity == pytest.approx(1.0, abs=1e-5)
    for one in with_similarity:
        assert one.cues is not None and one.place is not None
        assert one.quality and one.quality.mask is not None
        assert 0.3 < one.place.y < 0.7 and 0.3 < one.place.height < 0.7


async def test_continuity_tells_another_face_from_the_first_one(watched: Watched) -> None:
    watched.verifier.open("mine", "VP8", None)
    both = [actor(name, seed=3).frame(i / FRAME_RATE) for name in NAMES for i in range(15)]
    frames = list(encoded(both))
    await watched.show("mine", frames[:15], embed_every=3)
    # A slow worker looks at the newest frame only: it must have looked before the other one comes.
    await watched.until(lambda: _continuities(watched, 0.0))
    await watched.show("mine", frames[15:], embed_every=3)
    await watched.until(lambda: _continuities(watched, 1.0))
    likeness = [(o.media_s, o.continuity) for o in watched.observations if o.continuity is not None]
    assert min(value for at, value in likeness if at < 1.0) > 0.6
    assert max(value for at, value in likeness if at >= 1.0) < 0.35
    assert all(one.similarity is None for one in watched.observations)


def _continuities(watched: Watched, from_s: float) -> list[float]:
    seen = [one for one in watched.observations if one.media_s >= from_s]
    return [one.continuity for one in seen if one.continuity is not None]


async def test_templates_are_compared_with_one_another(watched: Watched) -> None:
    mine, other = [await template_of(watched.verifier, name) for name in NAMES]
    same, apart = await watched.verifier.alike(mine, [mine, other])
    assert same == pytest.approx(1.0, abs=1e-5)
    assert apart < 0.35
    assert await watched.verifier.alike(mine, []) == []
    for wrong in (Template("dlib", 3, mine.vector), Template("sface", 3, mine.vector[:64])):
        with pytest.raises(InvalidInput, match="template_of_other_model"):
            await watched.verifier.alike(mine, [wrong])


async def test_a_reference_of_other_weights_gives_no_similarity(watched: Watched) -> None:
    watched.verifier.open("mine", "VP8", Template("sface", 3, b"\0" * 256))
    await watched.show("mine", frames_of("hopper"))
    await watched.until(lambda: any(o.continuity is not None for o in watched.observations))
    assert all(one.similarity is None for one in watched.observations)
    assert not watched.lost


async def test_only_the_newest_waiting_frame_is_looked_at(watched: Watched) -> None:
    watched.verifier.open("mine", "VP8", None)
    for frame in frames_of("hopper", count=45):
        watched.verifier.push("mine", frame.media_s, frame.keyframe, frame.data, False)
    await watched.until(lambda: watched.observations and watched.observations[-1].media_s > 2.9)
    assert len(watched.observations) <= 30
    assert watched.observations[0].similarity is None


async def test_a_crashed_worker_is_started_again_and_its_sessions_are_told(
    watched: Watched,
) -> None:
    frames = frames_of("hopper")
    watched.verifier.open("mine", "VP8", None)
    await watched.show("mine", frames)
    (before,) = watched.verifier.worker_pids
    os.kill(before, signal.SIGKILL)
    await watched.until(lambda: watched.lost == ["mine"])
    watched.events.clear()
    watched.verifier.open("mine", "VP8", await template_of(watched.verifier, "hopper"))
    await watched.show("mine", frames)
    await watched.until(lambda: watched.observations)
    (after,) = watched.verifier.worker_pids
    assert after != before


async def test_a_worker_that_hangs_is_killed_and_its_sessions_are_told() -> None:
    watched = Watched(hung_after_s=2.0)
    await watched.verifier.start(watched.events.append)
    try:
        watched.verifier.open("mine", "VP8", None)
        (before,) = watched.verifier.worker_pids
        os.kill(before, signal.SIGSTOP)
        await watched.until(lambda: watched.lost == ["mine"])
        assert not psutil.pid_exists(before)
        watched.verifier.open("mine", "VP8", None)
        await watched.show("mine", frames_of("hopper"))
        await watched.until(lambda: watched.observations)
    finally:
        await watched.verifier.close()


async def test_an_idle_worker_is_not_taken_for_a_hanging_one() -> None:
    watched = Watched(hung_after_s=1.0)
    await watched.verifier.start(watched.events.append)
    try:
        before = watched.verifier.worker_pids
        watched.verifier.open("mine", "VP8", None)
        await asyncio.sleep(3.0)
        assert watched.verifier.worker_pids == before
        assert not watched.lost
    finally:
        await watched.verifier.close()


async def test_a_worker_whose_model_file_was_spoilt_and_mended_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in MODEL_FILES:
        shutil.copy(model_path(file), tmp_path / file.name)
    monkeypatch.setenv("ROLLCALL_MODELS", str(tmp_path))
    watched = Watched()
    await watched.verifier.start(watched.events.append)
    try:
        (tmp_path / SFACE.name).rename(tmp_path / "kept")
        (before,) = watched.verifier.worker_pids
        os.kill(before, signal.SIGKILL)
        await watched.until(lambda: watched.verifier.failure)
        assert watched.verifier.failure and watched.verifier.failure.code == "model_missing"
        (tmp_path / "kept").rename(tmp_path / SFACE.name)
        await watched.until(lambda: watched.verifier.failure is None)
        assert (await watched.verifier.enrol(three_pictures("hopper"))).template is not None
    finally:
        await watched.verifier.close()


async def test_work_goes_to_a_worker_that_runs() -> None:
    two = Watched(workers=2)
    await two.verifier.start(two.events.append)
    try:
        os.kill(two.verifier.worker_pids[0], signal.SIGKILL)
        # The loop is held, so that it has not been told of the death when the work comes.
        gives_up_at = time.monotonic() + PATIENCE_S
        while len(two.verifier.worker_pids) == 2 and time.monotonic() < gives_up_at:
            time.sleep(0.002)
        async with asyncio.timeout(PATIENCE_S):
            assert (await two.verifier.enrol(three_pictures("hopper"))).template is not None
    finally:
        await two.verifier.close()


async def test_a_job_whose_worker_dies_fails_with_a_typed_error(watched: Watched) -> None:
    pictures = [jpeg(actor("hopper", seed=1).frame(i / 5)) for i in range(30)]
    job = asyncio.create_task(watched.verifier.enrol(pictures))
    await asyncio.sleep(0.1)
    os.kill(watched.verifier.worker_pids[0], signal.SIGKILL)
    with pytest.raises(ModelError) as caught:
        await job
    assert caught.value.code == "verifier_lost"


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_corrupt_frames_harm_nobody_else(watched: Watched, codec: str) -> None:
    chance = random.Random(5)
    good = frames_of("hopper", codec)
    watched.verifier.open("good", codec, None)
    (pid,) = watched.verifier.worker_pids
    for number in range(60):
        bad = f"bad-{number}"
        watched.verifier.open(bad, codec, None)
        for frame in good[:4]:
            data = bytearray(frame.data)
            for _ in range(1 + len(data) // 200):
                data[chance.randrange(len(data))] = chance.randrange(256)
            cut = data[: chance.randrange(1, len(data))] if number % 2 else data
            watched.verifier.push(bad, frame.media_s, frame.keyframe, bytes(cut), False)
    await watched.show("good", good)
    await watched.until(lambda: [o for o in watched.observations if o.session == "good"])
    assert "good" not in watched.lost
    assert watched.verifier.worker_pids == [pid]


async def test_a_broken_picture_is_named_unreadable(watched: Watched) -> None:
    spoilt = [b"", b"not a picture", three_pictures("hopper")[0][:400]]
    result = await watched.verifier.enrol(spoilt)
    assert result.template is None
    assert result.portrait_index is None
    assert {report.problem for report in result.reports} == {FaceProblem.UNREADABLE}


async def test_no_worker_ever_opens_an_internet_socket() -> None:
    """Sockets of the worker are looked at all the time while it loads, looks and enrols."""
    watched, sockets = Watched(), set()
    watching = asyncio.create_task(_watch_sockets(watched.verifier, sockets))
    await watched.verifier.start(watched.events.append)
    try:
        template = await template_of(watched.verifier, "hopper")
        watched.verifier.open("mine", "VP8", template)
        await watched.show("mine", frames_of("hopper"))
        await watched.until(lambda: watched.observations)
    finally:
        await watched.verifier.close()
        watching.cancel()
    assert sockets == set()


async def _watch_sockets(verifier: WorkerVerifier, sockets: set[str]) -> None:
    """Every internet socket that a worker has, at 500 moments a second."""
    while True:
        for pid in verifier.worker_pids:
            try:
                found = psutil.Process(pid).net_connections(kind="inet")
            except psutil.NoSuchProcess:
                continue
            sockets |= {f"{one.laddr} {one.raddr} {one.status}" for one in found}
        await asyncio.sleep(0.002)


def _similarities(watched: Watched, session: str) -> list[float]:
    return [
        seen.similarity
        for seen in watched.observations
        if seen.session == session and seen.similarity is not None
    ]
