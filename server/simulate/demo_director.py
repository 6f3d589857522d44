"""Keeps the demonstration alive: phones check in a few at a time, round after round."""

import asyncio
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from server.messages import Location
from server.simulate.cameras import Scene, StillScene, read_picture
from server.simulate.county import GUEST, NAMES, Manner, dossier_number, manner
from server.simulate.device import DeviceKey
from server.simulate.phone import Behaviour, PhoneFailure, SimulatedPhone
from server.simulate.portrait import PortraitActor
from server.simulate.staff import StaffClient, StaffFailure

OPEN_STATES = {"pending", "calling"}
PAUSE_BETWEEN_ROUNDS_S = 240.0
SPOT_SIZE = 5
DAY_MINUTES = 8 * 60


class Director:
    """Plays the phones of the county. ``at_once`` bounds how many are in session together."""

    def __init__(
        self,
        staff: StaffClient,
        server_url: str,
        portraits: Mapping[str, Path],
        at_once: int,
        say: Callable[[str], None],
    ) -> None:
        self._staff = staff
        self._url = server_url
        self._portraits = list(portraits.values())
        self._places = asyncio.Semaphore(at_once)
        self._say = say
        self._chance = random.Random()
        self._index = {dossier_number(index): index for index in range(len(NAMES))}

    async def play(self) -> None:
        """Run until cancelled: the day's round first, then small spot checks (抽查)."""
        await self._round(await self._days_roll_call())
        while True:
            await asyncio.sleep(PAUSE_BETWEEN_ROUNDS_S)
            persons = await self._cast()
            chosen = self._chance.sample(persons, min(SPOT_SIZE, len(persons)))
            await self._round(
                await self._open("实时抽查(演示)", [person["id"] for person in chosen], 10)
            )

    async def _days_roll_call(self) -> str:
        for roll_call in await self._staff.request("GET", "/api/roll-calls"):
            if roll_call["state"] == "open" and roll_call["total"] >= len(NAMES):
                return str(roll_call["id"])
        persons = await self._staff.request("GET", "/api/persons")
        everyone = [person["id"] for person in persons]
        return await self._open("每日视频签到(演示)", everyone, DAY_MINUTES)

    async def _open(self, title: str, person_ids: list[str], minutes: int) -> str:
        made = await self._staff.request(
            "POST",
            "/api/roll-calls",
            {"title": title, "person_ids": person_ids, "minutes": minutes},
        )
        return str(made["id"])

    async def _cast(self) -> list[dict[str, Any]]:
        persons = await self._staff.request("GET", "/api/persons")
        return [p for p in persons if p["name"] != GUEST and p["dossier_number"] in self._index]

    async def _round(self, roll_call_id: str) -> None:
        entries = await self._staff.request("GET", f"/api/roll-calls/{roll_call_id}/entries")
        waiting = [
            entry
            for entry in entries
            if entry["state"] in OPEN_STATES and entry["dossier_number"] in self._index
        ]
        self._chance.shuffle(waiting)
        async with asyncio.TaskGroup() as group:
            for place, entry in enumerate(waiting):
                group.create_task(self._person(entry, delay_s=place * 3.0))

    async def _person(self, entry: dict[str, Any], delay_s: float) -> None:
        index = self._index[entry["dossier_number"]]
        if manner(index) is Manner.SILENT:
            return
        await asyncio.sleep(delay_s)
        async with self._places:
            try:
                await self._check_in(entry, index)
            except (PhoneFailure, StaffFailure, OSError) as error:
                self._say(f"  {entry['subject_name']}: {error}")

    async def _check_in(self, entry: dict[str, Any], index: int) -> None:
        device = DeviceKey()
        device.device_id = await self._staff.bind_device(entry["subject_id"], device.public_jwk())
        behaviour = Behaviour(
            accepts_face=manner(index) is not Manner.DECLINES_FACE,
            thinks_s=self._chance.uniform(1.5, 4.0),
            place=self._place(),
        )
        phone = SimulatedPhone(self._url, device, behaviour)
        await phone.check_in(self._scene(index), entry["id"])

    def _scene(self, index: int) -> Scene:
        own = read_picture(self._portraits[index % len(self._portraits)])
        if manner(index) is Manner.HOLDS_UP_A_PICTURE:
            return StillScene(own)
        if manner(index) is Manner.SOMEBODY_ELSE:
            own = read_picture(self._portraits[(index + 1) % len(self._portraits)])
        return PortraitActor(own, seed=self._chance.getrandbits(32))

    def _place(self) -> Location:
        return Location(
            latitude=round(30.0 + self._chance.uniform(-0.05, 0.05), 5),
            longitude=round(114.0 + self._chance.uniform(-0.05, 0.05), 5),
            accuracy_m=round(self._chance.uniform(8, 60), 1),
        )
