"""The process that looks at faces dies in the middle of a check-in: the person notices nothing."""

import os
import signal
from collections.abc import Callable

import psutil
import pytest

from media.faces.picture import Picture
from server.simulate.cameras import Scene
from server.simulate.phone import SimulatedPhone
from server.simulate.staff import StaffFailure
from tests.faults.sockets import family
from tests.faults.station import Station, actor

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="session")]


class Incident(Scene):
    """An actor during whose first movement something happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self._actor = actor()
        self._happens: Callable[[], None] | None = happens

    def frame(self, at_s: float) -> Picture:
        """What the actor shows."""
        return self._actor.frame(at_s)

    def prompt(self, kind: str, at_s: float) -> None:
        """The actor follows; the first time, it happens."""
        self._actor.prompt(kind, at_s)
        if self._happens is not None:
            happens, self._happens = self._happens, None
            happens()


def vision_workers(pid: int) -> list[psutil.Process]:
    """The spawned processes that hold the models."""
    return [
        process for process in family(pid)[1:] if any("spawn_main" in a for a in process.cmdline())
    ]


async def test_the_check_in_goes_on_with_a_new_worker(station: Station) -> None:
    person = await station.due("林峰")
    pid = station.server.ready.pid
    killed: list[int] = []

    def kill() -> None:
        for worker in vision_workers(pid):
            os.kill(worker.pid, signal.SIGKILL)
            killed.append(worker.pid)

    phone = SimulatedPhone(station.url, person.device)
    conversation = await phone.check_in(Incident(kill), person.entry_id)
    assert killed
    assert conversation.receipt is not None and conversation.receipt.state == "present"
    detail = await station.entry(person.entry_id)
    assert detail["entry"]["attempt"] == 1 and len(detail["verdicts"]) == 1
    now = {worker.pid for worker in vision_workers(pid)}
    assert len(now) == len(killed) and not now & set(killed)


async def test_enrolment_just_then_says_so_at_most_and_works_again(station: Station) -> None:
    for worker in vision_workers(station.server.ready.pid):
        os.kill(worker.pid, signal.SIGKILL)
    try:
        await station.person("何平")
    except StaffFailure as refused:
        assert refused.code == "verifier_lost" and refused.message
        await station.person("何平")
