"""Fixtures: a running town with a center, two offices, officers of every role and two persons."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.town import FACE, PASSWORD, Phone, Staff, Town, make_town


async def settle_in(town: Town, code: str | None = None) -> None:
    """First administrator, offices, officers and persons."""
    root = Staff(town)
    code = code or town.services.first_run.code
    view = await root.post(
        "/api/setup",
        {
            "code": code,
            "center": "Lin County 临县",
            "name": "Zhao",
            "username": "admin",
            "password": PASSWORD,
        },
    )
    town.ids["center"] = view["officer"]["unit_id"]
    for name in ("east", "west"):
        unit = await root.post(
            "/api/units", {"name": f"{name} office", "kind": "judicial_office", "phone": "110"}
        )
        town.ids[name] = unit["id"]
    await _officers(root, town)
    for name, office in (("ann", "east"), ("bob", "west")):
        town.ids[name] = await add_person(root, town, name, [office])


async def _officers(root: Staff, town: Town) -> None:
    for username, role, unit in (
        ("duty", "duty_officer", "center"),
        ("east", "office_officer", "east"),
        ("west", "office_officer", "west"),
        ("judge", "reviewer", "center"),
    ):
        officer = await root.post(
            "/api/officers",
            {
                "name": username.title(),
                "username": username,
                "password": PASSWORD,
                "role": role,
                "unit_id": town.ids[unit],
            },
        )
        town.ids[f"officer_{username}"] = officer["id"]


async def add_person(staff: Staff, town: Town, name: str, offices: list[str]) -> str:
    """A person of some offices; returns the id."""
    person = await staff.post(
        "/api/persons",
        {
            "name": name,
            "dossier_number": f"D-{name}",
            "office_ids": [town.ids[o] for o in offices],
            "locale": "en",
        },
    )
    return str(person["id"])


async def enrol(staff: Staff, person_id: str) -> Any:
    """Three usable pictures."""
    return await staff.post(f"/api/persons/{person_id}/enrolment", {"pictures": [FACE] * 3})


async def start_roll_call(staff: Staff, *person_ids: str, minutes: int = 60) -> tuple[str, str]:
    """A roll-call of some persons, now; returns its id and the first entry's."""
    made = await staff.post("/api/roll-calls", {"person_ids": list(person_ids), "minutes": minutes})
    entries = await staff.get(f"/api/roll-calls/{made['id']}/entries")
    return made["id"], entries[0]["id"]


async def bound_phone(town: Town, staff: Staff, person_id: str) -> Phone:
    """A phone that redeemed the person's link."""
    phone = Phone(town)
    link = await staff.post(f"/api/persons/{person_id}/link")
    status, data = await phone.redeem(link["url"])
    assert status == 200, data
    return phone


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The town, running."""
    place = make_town(tmp_path / "data")
    async with place.running():
        await settle_in(place)
        yield place


@pytest.fixture
async def duty(town: Town) -> Staff:
    """The duty officer, signed in."""
    staff = Staff(town)
    await staff.sign_in("duty")
    return staff
