"""What consoles are told of a round: every change once, the newest last, nothing twice."""

import asyncio
from collections.abc import Mapping

from roll_call.call import RollCall, RollCallState
from server.bus import EventBus, RollCallSaved, RoundMoved, RoundSaved
from server.round_messages import RoundCounts, RoundView
from server.rounds.feed import RoundFeed
from tests.roll_call.test_round import T0, after


def view(version: int, state: str = "open") -> RoundView:
    """A round without entries."""
    return RoundView(
        roll_call_id="call",
        state=state,
        version=version,
        conductor=None,
        conductor_since=None,
        current=None,
        current_since=None,
        paused_at=None,
        order=[],
        started_at=None,
        finished_at=None,
        counts=RoundCounts(),
        seconds_per_unit=None,
        entries=[],
    )


class Desk:
    """Answers looks when the test says so."""

    def __init__(self) -> None:
        self.bus = EventBus()
        self.feed = RoundFeed(self.bus, self.look)
        self.version, self.looks = 0, 0
        self.state = "open"
        self.broken: set[str] = set()
        self.slow: asyncio.Event | None = None
        self.told: list[int] = []

    async def look(self, key: str) -> tuple[RoundView, Mapping[str, frozenset[str]]]:
        """A snapshot of now, handed out when it is ready."""
        self.looks += 1
        if key in self.broken:
            raise KeyError(key)
        seen = view(self.version, self.state)
        if self.slow is not None:
            await self.slow.wait()
        return seen, {}

    async def listen(self) -> None:
        """Every version that consoles are told."""
        async for events in self.bus.subscribe():
            self.told += [e.view.version for e in events if isinstance(e, RoundMoved)]
            self.feed.hear(events)


async def watched() -> tuple[Desk, list[asyncio.Task[None]]]:
    """A desk whose feed runs."""
    desk = Desk()
    tasks = [asyncio.create_task(desk.listen()), asyncio.create_task(desk.feed.run())]
    await asyncio.sleep(0)
    await desk.feed.look("call")
    return desk, tasks


async def told(desk: Desk, version: int) -> None:
    """Wait until consoles know of a version."""
    async with asyncio.timeout(10.0):
        while version not in desk.told:
            await asyncio.sleep(0.01)


async def ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_step_and_its_answer_cost_one_look() -> None:
    desk, tasks = await watched()
    desk.version = 1
    desk.bus.publish(RoundSaved("call"))
    await asyncio.sleep(0)
    await desk.feed.look("call")
    await asyncio.sleep(0.2)
    await ended(tasks)
    assert (desk.told, desk.looks) == ([0, 1], 2)


async def test_what_happens_elsewhere_is_told_by_itself() -> None:
    desk, tasks = await watched()
    desk.version = 1
    opened = RollCall("call", "点名", T0, after(60), RollCallState.OPEN)
    desk.bus.publish(RollCallSaved(opened))
    await told(desk, 1)
    await ended(tasks)
    assert desk.told == [0, 1]


async def test_a_slow_look_never_takes_back_what_a_newer_one_told() -> None:
    desk, tasks = await watched()
    desk.slow = gate = asyncio.Event()
    old = asyncio.create_task(desk.feed.look("call"))
    await asyncio.sleep(0)
    desk.slow, desk.version = None, 1
    desk.bus.publish(RoundSaved("call"))
    await told(desk, 1)
    gate.set()
    await old
    await asyncio.sleep(0.15)
    await ended(tasks)
    assert desk.told == [0, 1]


async def test_a_roll_call_that_is_over_is_told_once_and_watched_no_more() -> None:
    desk, tasks = await watched()
    desk.version, desk.state = 1, "closed"
    await desk.feed.look("call")
    await desk.feed.look("call")
    await asyncio.sleep(0.1)
    await ended(tasks)
    assert (desk.told, desk.feed.views()) == ([0, 1], [])


async def test_a_round_that_cannot_be_shown_stops_nobody_elses() -> None:
    desk, tasks = await watched()
    desk.broken = {"broken"}
    desk.version = 1
    desk.bus.publish(RoundSaved("broken"))
    await asyncio.sleep(0.15)
    desk.bus.publish(RoundSaved("call"))
    await told(desk, 1)
    await ended(tasks)
    assert desk.told == [0, 1]
