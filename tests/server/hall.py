"""A hall: the real server with the real engine, simulated phones in it, an officer before them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

from media.engine import PacketMediaEngine
from media.settings import EngineSettings
from server.simulate.cameras import HEIGHT, WIDTH, Picture
from server.simulate.device import DeviceKey
from server.simulate.officer import SimulatedOfficer
from server.simulate.phone import Behaviour, SimulatedPhone
from server.simulate.staff import StaffClient
from tests.media.lossy_network import LossyNetwork
from tests.server.conftest import add_person, enrol, settle_in, start_roll_call
from tests.server.far_away import FarAwayPhone
from tests.server.steps import look
from tests.server.town import PASSWORD, Staff, Town, make_town

PATCH = 96
STAYS_S = 600.0


class MarkedScene:
    """Something that moves, with a corner of one brightness that tells whose picture it is."""

    def __init__(self, number: int) -> None:
        self.brightness = 20 + 28 * number
        rows, columns = np.mgrid[0:HEIGHT, 0 : 2 * WIDTH]
        waves = 120 + 80 * np.sin(rows / (17 + number)) * np.cos(columns / 23)
        self._wide = np.repeat(waves.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)

    def frame(self, at_s: float) -> Picture:
        start = int(at_s * 60) % WIDTH
        picture = self._wide[:, start : start + WIDTH].copy()
        picture[:PATCH, :PATCH] = self.brightness
        return picture

    def prompt(self, kind: str, at_s: float) -> None:
        """It does not listen."""


@dataclass
class Seen:
    """What was last seen in each slot, and when it changed to that."""

    whose: dict[str, int] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    frames: dict[str, int] = field(default_factory=dict)

    def look(self, slot: str, frame: av.VideoFrame, now: float) -> None:
        """Every frame of every slot."""
        plane = frame.to_ndarray(format="gray")
        edge = PATCH * plane.shape[1] // WIDTH
        brightness = float(plane[4 : edge - 4, 4 : edge - 4].mean())
        number = round((brightness - 20) / 28)
        self.frames[slot] = self.frames.get(slot, 0) + 1
        self.sizes[slot] = frame.width, frame.height
        if self.whose.get(slot) != number:
            self.whose[slot], self.since[slot] = number, now


@dataclass
class Hall:
    """``phones`` and ``sessions`` stand in the same order; phone n shows mark n."""

    town: Town
    staff: StaffClient
    phones: list[SimulatedPhone]
    sessions: list[str] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)

    @asynccontextmanager
    async def officer(self, tiles: int) -> AsyncIterator[SimulatedOfficer]:
        """The duty officer's console; their own picture has the mark after the last phone's."""
        scene = MarkedScene(len(self.phones))
        async with SimulatedOfficer(self.staff, scene, tiles, self.seen.look) as officer:
            yield officer


async def until(true: Callable[[], object], what: str, within_s: float = 20.0) -> None:
    """Wait for something that the network brings."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.01)


@asynccontextmanager
async def hall(data: Path, count: int, network: LossyNetwork | None = None) -> AsyncIterator[Hall]:
    """``count`` phones whose people think about the questions for as long as the test lasts.

    With a ``network`` there is one phone, behind it.
    """
    town = make_town(data)
    town.new_engine = lambda: PacketMediaEngine(EngineSettings(include_loopback=True))
    async with town.running():
        await settle_in(town)
        duty = Staff(town)
        await duty.sign_in("duty")
        people = [await add_person(duty, town, f"p{n}", ["east"]) for n in range(count)]
        for person in people:
            await enrol(duty, person)
        await start_roll_call(duty, *people)
        async with StaffClient(town.url) as staff:
            await staff.sign_in("duty", PASSWORD)
            phones = [await phone_of(town, staff, person, network) for person in people]
            talks = [
                asyncio.create_task(phone.check_in(MarkedScene(n)))
                for n, phone in enumerate(phones)
            ]
            try:
                place = Hall(town, staff, phones)
                await until(lambda: len(live(town)) == count, "all phones are live", 40.0)
                place.sessions = [session_of(town, person) for person in people]
                for _, stay in town.services.desk.live():
                    await look(town, stay.peer or "", 4)
                await until(lambda: all_verified(town), "all are verified, and think")
                yield place
            finally:
                for talk in talks:
                    talk.cancel()
                await asyncio.gather(*talks, return_exceptions=True)


async def phone_of(
    town: Town, staff: StaffClient, person_id: str, network: LossyNetwork | None = None
) -> SimulatedPhone:
    """A phone bound to a person, whose person takes their time."""
    device = DeviceKey()
    device.device_id = await staff.bind_device(person_id, device.public_jwk())
    behaviour = Behaviour(thinks_s=STAYS_S, patience_s=STAYS_S)
    if network is None:
        return SimulatedPhone(town.url, device, behaviour)
    phone = FarAwayPhone(town.url, device, behaviour)
    phone.network = network
    return phone


def all_verified(town: Town) -> bool:
    """Whether nobody is examined any more."""
    return all(place.verdict_in for _, place in town.services.desk.live())


def live(town: Town) -> list[str]:
    """Sessions with media up."""
    return [place.session_id for _, place in town.services.desk.live()]


def session_of(town: Town, person_id: str) -> str:
    """A person's session."""
    return next(
        visit.place.session_id
        for visit in town.services.desk.visits()
        if visit.subject.id == person_id and visit.place is not None
    )
