"""Attacks of each species over real WebRTC, against a server that runs: none is let through.

Replays play back what a check-in on the same server has shown before. Which movements are drawn
again cannot be ordered from outside; a server that asks for only two kinds draws them often.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from media.faces.picture import Picture
from server.liveness.casting import portrait
from server.simulate.attacks.recordings import Recording
from server.simulate.attacks.species import EXCLUDED, SPECIES, Cast
from server.simulate.phone import Behaviour, SimulatedPhone
from server.simulate.portrait import PortraitActor
from server.simulate.scenario import DuePerson
from server.simulate.scene import Scene
from tests.faults.station import Station, running

pytestmark = [pytest.mark.serial, pytest.mark.timeout(480)]

# One of each in every run; three in `make test-long`, for they take minutes.
OF_EACH = [1, pytest.param(3, marks=pytest.mark.long)]
PHONES_AT_ONCE = 4
RECORDED = [name for name in EXCLUDED if SPECIES[name].recorded]
UNRECORDED = [name for name in EXCLUDED if not SPECIES[name].recorded]
TWO_KINDS = {"ROLLCALL_LIVENESS__KINDS": '["turn_left", "nod"]'}
A_MINUTE = {"ROLLCALL_POLICY__VERDICT_DEADLINE_S": "60"}
"""A picture that never gets good is waited for until the deadline."""
PRESENT = "present"


@dataclass
class Filmed:
    """An actor whose session is being recorded by somebody."""

    actor: Scene
    prompts: list[tuple[str, float]] = field(default_factory=list)
    lights: list[tuple[tuple[str, ...], float, float]] = field(default_factory=list)
    length_s: float = 0.0

    def prompt(self, kind: str, at_s: float) -> None:
        self.prompts.append((kind, at_s))
        self.actor.prompt(kind, at_s)

    def light(self, colours: Sequence[str], each_s: float, at_s: float) -> None:
        self.lights.append((tuple(colours), each_s, at_s))
        self.actor.light(colours, each_s, at_s)

    def frame(self, at_s: float) -> Picture:
        self.length_s = at_s
        return self.actor.frame(at_s)

    def recording(self, seed: int) -> Recording:
        return Recording(seed, tuple(self.prompts), tuple(self.lights), self.length_s, ())


class Hall:
    """A few phones at once, as many as two cores can act for."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self._room = asyncio.Semaphore(PHONES_AT_ONCE)

    async def check_in(
        self, person: DuePerson, entry_id: str, scene: Scene
    ) -> tuple[str, str | None]:
        """One check-in; the entry's state after it, and the reason."""
        async with self._room:
            phone = SimulatedPhone(self.station.url, person.device, Behaviour(thinks_s=0.3))
            await phone.check_in(scene, entry_id)
        return await self.station.outcome(entry_id)


@pytest.mark.parametrize("of_each", OF_EACH)
async def test_nobody_who_is_not_there_is_settled_present(tmp_path: Path, of_each: int) -> None:
    async with running(tmp_path / "data", A_MINUTE) as station:
        hall = Hall(station)

        async def attack(name: str, number: int) -> tuple[str, str]:
            person = await station.due(f"{name} {number}")
            cast = Cast(portrait("astronaut"), portrait("hopper"), 100 + number)
            state, _ = await hall.check_in(person, person.entry_id, SPECIES[name].scene(cast))
            return name, state

        attacks = [attack(name, number) for name in UNRECORDED for number in range(of_each)]
        states = await asyncio.gather(*attacks)
        assert not [result for result in states if result[1] == PRESENT]
        await station.nobody_is_absent()


@pytest.mark.parametrize("of_each", OF_EACH)
async def test_no_recording_of_a_check_in_is_settled_present(tmp_path: Path, of_each: int) -> None:
    async with running(tmp_path / "data", TWO_KINDS) as station:
        hall = Hall(station)

        async def film_and_replay(number: int) -> list[tuple[str, str | None]]:
            person = await station.due(f"filmed {number}")
            seed = 40 + number
            filmed = Filmed(PortraitActor(portrait("astronaut"), seed))
            states = [await hall.check_in(person, person.entry_id, filmed)]
            again = (await station.roll_call(person.person_id))[person.person_id]
            for name in RECORDED:
                recording = filmed.recording(seed)
                cast = Cast(portrait("astronaut"), portrait("hopper"), number, recording)
                states.append(await hall.check_in(person, again, SPECIES[name].scene(cast)))
            return states

        states = await asyncio.gather(*(film_and_replay(number) for number in range(of_each)))
        assert [filmed for (filmed, _), *_ in states] == [PRESENT] * of_each, states
        assert not [state for _, *replays in states for state, _ in replays if state == PRESENT]
        await station.nobody_is_absent()
