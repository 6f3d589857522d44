"""Links between media processes: made where a route needs one, and made anew when one breaks."""

import asyncio
import socket
from typing import Any

import pytest

from media.processes import carriers
from media.processes.carriers import Carriers
from media.processes.crossings import WantedRoutes
from media.processes.messages import Carry, Expect


class FakeChild:
    """Notes what the main process tells a media process."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.links: list[tuple[int, int]] = []

    def send(self, command: Any) -> None:
        self.told.append(command)

    def send_link(self, other: int, serial: int, end: socket.socket) -> None:
        end.close()
        self.links.append((other, serial))


async def test_a_broken_link_is_made_anew_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carriers, "_AGAIN_AFTER_S", 0.0)
    children: Any = [FakeChild(), FakeChild()]
    routes = WantedRoutes()
    keeper = Carriers(children, routes, {"camera": 0, "console": 1}.get)
    routes.set("console", "0", "camera")
    keeper.update()
    ((_, first),) = children[0].links
    assert children[1].links == [(0, first)]
    for one, other in ((0, 1), (1, 0)):  # each of them notices
        keeper.link_lost(one, other, first)
    await asyncio.sleep(0.01)
    assert len(children[0].links) == len(children[1].links) == 2
    keeper.link_lost(1, 0, first)  # late news of what has been replaced
    await asyncio.sleep(0.01)
    assert len(children[0].links) == 2
    assert children[0].told == [Carry("camera", 1, True)]  # what is carried has not changed
    assert children[1].told == [Expect("camera", 0, True)]


async def test_a_link_that_nobody_needs_any_more_stays_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(carriers, "_AGAIN_AFTER_S", 0.0)
    children: Any = [FakeChild(), FakeChild()]
    routes = WantedRoutes()
    keeper = Carriers(children, routes, {"camera": 0, "console": 1}.get)
    routes.set("console", "0", "camera")
    keeper.update()
    routes.set("console", "0", None)
    keeper.link_lost(0, 1, children[0].links[0][1])
    await asyncio.sleep(0.01)
    assert len(children[0].links) == 1
