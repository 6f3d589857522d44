"""Offices of the town whose terminals answer by themselves, as simulated clients of the wire."""

import asyncio
from contextlib import AsyncExitStack

from server.simulate.load.footage import footage
from server.simulate.terminals import Office, Terminal
from tests.e2e.town import PASSWORD, Town

SIZE, FRAMES_PER_S, BITRATE_BPS = (320, 240), 10, 150_000


class Offices:
    """Units with an officer each; some of their terminals are on."""

    def __init__(self, town: Town, names: tuple[str, ...]) -> None:
        self._town = town
        self.units = {name: self._open(number, name) for number, name in enumerate(names)}
        self._on = AsyncExitStack()

    def _open(self, number: int, name: str) -> Office:
        ask = self._town.ask
        root = next(one["id"] for one in ask("GET", "/api/units") if one["parent_id"] is None)
        unit = {"name": name, "kind": "judicial_office", "parent_id": root}
        made = ask("POST", "/api/units", {**unit, "phone": f"0000-55501{number:02d}"})
        office = Office(made["id"], f"terminal-{number}", PASSWORD)
        officer = {"name": f"值班员{number + 1}", "role": "office_officer", "unit_id": made["id"]}
        login = {"username": office.username, "password": PASSWORD}
        ask("POST", "/api/officers", {**officer, **login})
        return office

    def call(self, title: str) -> str:
        """A roll-call of all of them, now; returns its id."""
        body = {"title": title, "unit_ids": [one.unit_id for one in self.units.values()]}
        return str(self._town.ask("POST", "/api/roll-calls", body)["id"])

    def answer(self, *names: str) -> None:
        """Their terminals take the call and send pictures until ``hang_up``."""
        self._town.background.run(self._answer(names))

    async def _answer(self, names: tuple[str, ...]) -> None:
        async def join(name: str) -> None:
            film = footage("VP8", SIZE, FRAMES_PER_S, BITRATE_BPS, somebody=True)
            terminal = Terminal(self._town.url, self.units[name], film)
            await self._on.enter_async_context(terminal)
            await terminal.connect()
            await terminal.answer_call()

        await asyncio.gather(*(join(name) for name in names))

    def hang_up(self) -> None:
        """All terminals are switched off."""
        self._town.background.run(self._on.aclose())
        self._on = AsyncExitStack()
