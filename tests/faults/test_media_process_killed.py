"""A media process dies in the middle of check-ins: the persons are connected anew and get through.

Those whom another process served notice nothing at all.
"""

import asyncio
import os
import signal
from collections.abc import Callable

import psutil
import pytest

from media.faces.picture import Picture
from server import messages as m
from server.simulate.cameras import Scene
from server.simulate.phone import Conversation, SimulatedPhone
from tests.faults.sockets import family
from tests.faults.station import Station, actor

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="session")]


class Incident(Scene):
    """An actor during whose second movement something happens."""

    def __init__(self, name: str, happens: Callable[[], None]) -> None:
        self._actor = actor(name)
        self._happens = happens
        self._prompts = 0

    def frame(self, at_s: float) -> Picture:
        """What the actor shows."""
        return self._actor.frame(at_s)

    def prompt(self, kind: str, at_s: float) -> None:
        """The actor follows."""
        self._actor.prompt(kind, at_s)
        self._prompts += 1
        if self._prompts == 2:
            self._happens()


def media_processes(pid: int) -> list[psutil.Process]:
    """Those that hold the peers."""
    return [p for p in family(pid)[1:] if "media.processes.process" in p.cmdline()]


def sessions(conversation: Conversation) -> list[str]:
    """Each time that the phone was told of a session, in order."""
    told = [said for _, said in conversation.timeline if isinstance(said, m.SessionReady)]
    return [said.session_id for said in told]


async def test_the_same_session_goes_on(station: Station) -> None:
    person = await station.due("郑洁")
    killed: list[int] = []

    def kill() -> None:
        for process in media_processes(station.server.ready.pid):
            os.kill(process.pid, signal.SIGKILL)
            killed.append(process.pid)

    phone = SimulatedPhone(station.url, person.device)
    conversation = await phone.check_in(Incident("astronaut", kill), person.entry_id)
    assert killed
    assert conversation.receipt is not None and conversation.receipt.state == "present"
    told = sessions(conversation)
    assert len(told) == 2 and len(set(told)) == 1, "asked once for a new connection, same session"
    detail = await station.entry(person.entry_id)
    assert detail["entry"]["attempt"] == 1 and len(detail["verdicts"]) == 1
    await station.recording(person.entry_id)
    kept = (await station.entry(person.entry_id))["recordings"]
    assert [r["state"] for r in kept] == ["ready", "ready"], "before and after the crash"
    assert kept[0]["failure"] == "engine_restarted" and kept[1]["failure"] is None
    now = {process.pid for process in media_processes(station.server.ready.pid)}
    assert len(now) == len(killed) and not now & set(killed)


async def test_whom_another_process_serves_notices_nothing(station: Station) -> None:
    if len(media_processes(station.server.ready.pid)) < 2:
        pytest.fail("one core: nothing to tell apart")
    people = [await station.due(name) for name in ("冯雪", "褚亮")]
    killed: list[int] = []

    def kill() -> None:
        if not killed:
            busiest = max(
                media_processes(station.server.ready.pid), key=lambda p: sum(p.cpu_times()[:2])
            )
            killed.append(busiest.pid)
            os.kill(busiest.pid, signal.SIGKILL)

    conversations = await asyncio.gather(
        *(
            SimulatedPhone(station.url, person.device).check_in(
                Incident("astronaut", kill), person.entry_id
            )
            for person in people
        )
    )
    assert killed
    for conversation in conversations:
        assert conversation.receipt is not None and conversation.receipt.state == "present"
    assert sorted(len(sessions(conversation)) for conversation in conversations) == [1, 2]
