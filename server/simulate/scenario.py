"""A center with one office and one person, made over the public API, ready for a check-in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from media.faces.outcomes import SCREEN_LIGHT, PromptKind
from server.simulate.device import DeviceKey
from server.simulate.staff import StaffClient

ALL_PROMPTS = (*(kind.value for kind in PromptKind), SCREEN_LIGHT)


class NotEnrolled(Exception):
    """No reference picture was usable; ``pictures`` tells why for each."""

    def __init__(self, pictures: list[dict[str, Any]]) -> None:
        super().__init__("no usable reference picture")
        self.pictures = pictures


@dataclass(frozen=True, slots=True)
class DuePerson:
    """A person whose phone is bound and whose entry is open."""

    person_id: str
    entry_id: str
    device: DeviceKey


async def due_person(
    staff: StaffClient, pictures: Sequence[bytes], *, liveness: bool, name: str = "模拟对象"
) -> DuePerson:
    """Add a person, enrol the pictures, open a roll-call for them, bind a device.

    Raises ``NotEnrolled`` and ``StaffFailure``.
    """
    office_id = await _office(staff)
    person = await staff.request(
        "POST",
        "/api/persons",
        {
            "name": name,
            "dossier_number": f"SIM-{uuid4().hex[:12]}",
            "office_ids": [office_id],
        },
    )
    if not liveness:
        await staff.request(
            "PUT",
            f"/api/persons/{person['id']}/exemptions",
            {"kinds": list(ALL_PROMPTS), "reason": "模拟：不做活体检测"},
        )
    enrolment = await staff.enrol(
        "persons", person["id"], pictures, provisional=True, despite_duplicate="模拟：同一画面"
    )
    if not enrolment["accepted"]:
        raise NotEnrolled(enrolment["pictures"])
    roll_call = await staff.request(
        "POST", "/api/roll-calls", {"person_ids": [person["id"]], "minutes": 60}
    )
    entries = await staff.request("GET", f"/api/roll-calls/{roll_call['id']}/entries")
    device = DeviceKey()
    device.device_id = await staff.bind_device(person["id"], device.public_jwk())
    return DuePerson(person["id"], entries[0]["id"], device)


async def _office(staff: StaffClient) -> str:
    units = await staff.request("GET", "/api/units")
    for unit in units:
        if unit["kind"] == "judicial_office":
            return str(unit["id"])
    root = next(unit["id"] for unit in units if unit["parent_id"] is None)
    office = await staff.request(
        "POST",
        "/api/units",
        {"name": "模拟司法所", "kind": "judicial_office", "parent_id": root},
    )
    return str(office["id"])
