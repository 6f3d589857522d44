"""A small town on a real server: one office, two officers, and persons as tests need them."""

import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from server.simulate.staff import StaffClient
from tests.e2e.background import Background
from tests.e2e.running import RunningServer

PASSWORD = "correct horse battery"
ADMINISTRATOR = "administrator"
DUTY_OFFICER = "duty"
REVIEWER = "reviewer"
CENTER = "青河县司法局指挥中心"
OFFICE = "城关司法所"
RECORDED_WITHIN_S = 20.0
POLL_S = 0.25


@dataclass(frozen=True)
class Person:
    """A supervised person of the town, with an entry in an open roll-call of their own."""

    id: str
    name: str
    roll_call_id: str
    entry_id: str


class Town(RunningServer):
    """The server with what was filled in over its public API."""

    def __init__(
        self,
        background: Background,
        data: Path,
        *options: str,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(background, data, *options)
        self._numbers = count(1)
        self._office_id = ""
        self._staff = StaffClient(self.url, tls)
        background.run(self._staff.__aenter__())
        background.run(self._fill())

    async def _fill(self) -> None:
        ask = self._staff.request
        first = {"code": self.setup_code, "center": CENTER, "name": "周敏"}
        await ask("POST", "/api/setup", {**first, **_login(ADMINISTRATOR)})
        await self._staff.sign_in(ADMINISTRATOR, PASSWORD)
        units = await ask("GET", "/api/units")
        root = next(unit["id"] for unit in units if unit["parent_id"] is None)
        office = {"name": OFFICE, "kind": "judicial_office", "parent_id": root}
        self._office_id = (await ask("POST", "/api/units", {**office, "phone": "0000-5550101"}))[
            "id"
        ]
        for username, name, role in (
            (DUTY_OFFICER, "李卫国", "duty_officer"),
            (REVIEWER, "王静", "reviewer"),
        ):
            officer = {"name": name, "role": role, "unit_id": root, **_login(username)}
            await ask("POST", "/api/officers", officer)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request as the administrator; raises StaffFailure."""
        return self.background.run(self._staff.request(method, path, body))

    def download(self, path: str) -> bytes:
        """A file as the administrator; raises StaffFailure."""
        return self.background.run(self._staff.download(path))

    def person(
        self, name: str, pictures: list[bytes], *, spared: Sequence[str] = (), **details: object
    ) -> Person:
        """A new person, enrolled with the pictures, called by a roll-call that is open now."""
        person_id = self.register(name, pictures, spared=spared, **details)
        return self._call(person_id, name)

    def register(
        self, name: str, pictures: list[bytes], *, spared: Sequence[str] = (), **details: object
    ) -> str:
        """A new person whom nobody calls yet; returns the id. ``details`` go before defaults.

        ``spared``: prompts that are never asked for.
        """
        number = next(self._numbers)
        body = {"name": name, "dossier_number": f"QH-{number:04d}", "office_ids": [self._office_id]}
        person = self.ask("POST", "/api/persons", {**body, **details})
        if spared:
            exemptions = {"kinds": list(spared), "reason": "测试"}
            self.ask("PUT", f"/api/persons/{person['id']}/exemptions", exemptions)
        if pictures:
            enrolling = self._staff.enrol(
                "persons", person["id"], pictures, despite_duplicate="测试：同一张肖像"
            )
            fate = self.background.run(enrolling)
            assert fate["accepted"], fate
        return str(person["id"])

    def names(self) -> list[str]:
        """What is Chinese in any language: names of people, units, plans and roll-calls."""
        named = [
            one["name"]
            for what in ("persons", "officers", "units")
            for one in self.ask("GET", f"/api/{what}")
        ]
        titles = [
            one["title"]
            for what in ("plans", "roll-calls")
            for one in self.ask("GET", f"/api/{what}")
        ]
        return [*titles, *named]

    def call_again(self, person: Person) -> Person:
        """The same person in another roll-call that is open now."""
        return self._call(person.id, person.name)

    def _call(self, person_id: str, name: str) -> Person:
        title = {"title": f"{name} 视频签到", "person_ids": [person_id]}
        roll_call = self.ask("POST", "/api/roll-calls", title)
        entries = self.ask("GET", f"/api/roll-calls/{roll_call['id']}/entries")
        return Person(person_id, name, roll_call["id"], entries[0]["id"])

    def link(self, person: Person) -> str:
        """A fresh one-time link for the person's phone."""
        return self.link_of(person.id)

    def link_of(self, person_id: str) -> str:
        """The same for somebody whom nobody has called."""
        return str(self.ask("POST", f"/api/persons/{person_id}/link", {})["url"])

    def entry(self, person: Person) -> dict[str, Any]:
        """The person's entry with its timeline, recordings and verdicts."""
        detail: dict[str, Any] = self.ask("GET", f"/api/entries/{person.entry_id}")
        return detail

    def recording(self, person: Person) -> dict[str, Any]:
        """The newest recording of the person's entry, once it is complete."""
        for _ in range(round(RECORDED_WITHIN_S / POLL_S)):
            recordings = self.entry(person)["recordings"]
            if recordings and recordings[-1]["state"] != "recording":
                found: dict[str, Any] = recordings[-1]
                return found
            time.sleep(POLL_S)
        raise TimeoutError("the recording is not complete")

    def film(self, recording: dict[str, Any]) -> bytes:
        """The file of a recording."""
        return self.download(f"/api/recordings/{recording['id']}/media")

    def close(self) -> None:
        """Stop the server."""
        self.background.run(self._staff.__aexit__(None, None, None))
        super().close()


def _login(username: str) -> dict[str, str]:
    return {"username": username, "password": PASSWORD}
