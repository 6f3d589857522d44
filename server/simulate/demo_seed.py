"""Fill an empty server with the demonstration county, over the same API that officers use."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from server.simulate.cameras import read_picture
from server.simulate.county import (
    ADMINISTRATOR,
    CENTER,
    GUEST,
    LOGINS,
    NAMES,
    OFFICES,
    Login,
    dossier_number,
)
from server.simulate.county_map import county_map, office_position
from server.simulate.demo_offices import seed_offices
from server.simulate.portrait import Posture, sprite
from server.simulate.staff import StaffClient

HISTORY_DAYS = 30
"""So that statistics and the month table have something to show."""

PLAN = "工作日视频签到"
ENROLMENT_POSTURES = (Posture(), Posture(yaw=15.0, pitch=2.0), Posture(yaw=-15.0, pitch=-2.0))
"""Straight, left, right: three frames of different pose, as the guided enrolment asks for."""


async def first_administrator(staff: StaffClient, code: str, password: str) -> None:
    """Use the set-up code of an empty server."""
    await staff.request(
        "POST",
        "/api/setup",
        {
            "code": code,
            "center": CENTER,
            "name": ADMINISTRATOR.name,
            "username": ADMINISTRATOR.username,
            "password": password,
        },
    )


async def seed(
    staff: StaffClient,
    passwords: Mapping[str, str],
    portraits: Mapping[str, Path],
    say: Callable[[str], None],
) -> list[str]:
    """Units, officers, persons with enrolments, plans, a past, a map; adds only what is missing.

    Returns the ids of the offices.
    """
    offices = await _offices(staff)
    root = await _root(staff)
    await _officers(staff, passwords, root, offices)
    pictures = {name: enrolment_pictures(path) for name, path in portraits.items()}
    cast = list(pictures.values())
    present = {p["dossier_number"]: p for p in await staff.request("GET", "/api/persons")}
    for index, name in enumerate(NAMES):
        person = present.get(dossier_number(index)) or await _person(staff, index, name, offices)
        if not person["enrolled"]:
            await staff.enrol(
                "persons",
                person["id"],
                cast[index % len(cast)],
                despite_duplicate="演示：多人共用一张肖像",
            )
        if (index + 1) % 10 == 0:
            say(f"  {index + 1} / {len(NAMES)}")
    if GUEST not in {p["name"] for p in present.values()}:
        await staff.request("POST", "/api/persons", _new_person(GUEST, "QH-GUEST", [offices[0]]))
    await _plan(staff, offices)
    await seed_offices(staff, pictures, offices)
    await staff.request("POST", "/api/demonstration/history", {"days": HISTORY_DAYS})
    await _map(staff, offices)
    return offices


async def _map(staff: StaffClient, offices: list[str]) -> None:
    if (await staff.request("GET", "/api/map"))["areas"] is not None:
        return
    await staff.request("PUT", "/api/map", {"areas": county_map()})
    for index, office in enumerate(offices):
        longitude, latitude = office_position(index)
        place = {"longitude": longitude, "latitude": latitude}
        await staff.request("PUT", f"/api/units/{office}/place", place)


async def _root(staff: StaffClient) -> str:
    units = await staff.request("GET", "/api/units")
    return next(str(unit["id"]) for unit in units if unit["parent_id"] is None)


async def _offices(staff: StaffClient) -> list[str]:
    units = await staff.request("GET", "/api/units")
    known = {unit["name"]: str(unit["id"]) for unit in units}
    root = await _root(staff)
    for number, name in enumerate(OFFICES, start=1):
        if name not in known:
            made = await staff.request(
                "POST",
                "/api/units",
                {
                    "name": name,
                    "kind": "judicial_office",
                    "parent_id": root,
                    "phone": f"0000-55501{number:02d}",
                },
            )
            known[name] = str(made["id"])
    return [known[name] for name in OFFICES]


async def _officers(
    staff: StaffClient, passwords: Mapping[str, str], root: str, offices: list[str]
) -> None:
    known = {officer["username"] for officer in await staff.request("GET", "/api/officers")}
    for login in LOGINS:
        if login.username not in known:
            await staff.request(
                "POST", "/api/officers", _new_officer(login, passwords, root, offices)
            )


def _new_officer(
    login: Login, passwords: Mapping[str, str], root: str, offices: list[str]
) -> dict[str, Any]:
    return {
        "name": login.name,
        "username": login.username,
        "password": passwords[login.username],
        "role": login.role,
        "unit_id": root if login.unit is None else offices[login.unit],
        "post": login.post,
    }


async def _person(staff: StaffClient, index: int, name: str, offices: list[str]) -> dict[str, Any]:
    listed = [offices[index % len(offices)]]
    if index % 11 == 10:
        listed.append(offices[(index + 3) % len(offices)])
    body = _new_person(name, dossier_number(index), listed)
    body["phone"] = f"138000000{index:02d}"
    body["supervision_class"] = "strict" if index % 7 == 3 else "ordinary"
    made: dict[str, Any] = await staff.request("POST", "/api/persons", body)
    return made


def _new_person(name: str, number: str, offices: list[str]) -> dict[str, Any]:
    return {"name": name, "dossier_number": number, "office_ids": offices}


async def _plan(staff: StaffClient, offices: list[str]) -> None:
    if any(plan["title"] == PLAN for plan in await staff.request("GET", "/api/plans")):
        return
    await staff.request(
        "POST",
        "/api/plans",
        {
            "title": PLAN,
            "days": "workdays",
            "starts": "09:00",
            "duration_minutes": 60,
            "unit_ids": offices,
        },
    )


def enrolment_pictures(path: Path) -> list[bytes]:
    """Three JPEG pictures of one portrait, as a guided enrolment would take them."""
    return sprite(read_picture(path), ENROLMENT_POSTURES, quality=92)
