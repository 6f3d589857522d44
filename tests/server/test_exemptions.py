"""What a person is spared in a check-in: by an officer, with a reason, on record."""

from typing import Any, get_args

import pytest

from media.faces.outcomes import SCREEN_LIGHT, PromptKind
from server.api.enrolment_schemas import Kind
from tests.server.steps import begin, connect, look
from tests.server.town import Staff, Town

REASON = "cannot turn the neck after an operation"


def path(town: Town) -> str:
    return f"/api/persons/{town.ids['ann']}"


async def spare(town: Town, staff: Staff, kinds: list[str], reason: str = REASON) -> Any:
    status, data = await staff.ask(
        "PUT", f"{path(town)}/exemptions", {"kinds": kinds, "reason": reason}
    )
    assert status == 200, data
    return data


def test_whatever_can_be_asked_can_be_spared() -> None:
    assert set(get_args(Kind)) == {*(kind.value for kind in PromptKind), SCREEN_LIGHT}


async def test_what_is_spared_stands_with_reason_officer_and_time(town: Town, duty: Staff) -> None:
    await spare(town, duty, ["turn_left", "nod"])
    town.clock.forward(minutes=1)
    detail = await spare(town, duty, ["screen_light"], "light hurts the eyes")
    newest, oldest = detail["exemptions"]
    assert (newest["kinds"], newest["reason"]) == (["screen_light"], "light hurts the eyes")
    assert (oldest["kinds"], oldest["officer"]) == (["nod", "turn_left"], "Duty")
    assert newest["at"] > oldest["at"]
    assert detail == await duty.get(f"{path(town)}/enrolment")
    assert (await duty.get(path(town)))["exempt_prompts"] == ["screen_light"]


async def test_the_next_session_spares_it(town: Town, duty: Staff) -> None:
    await spare(town, duty, ["turn_left", "screen_light"])
    phone, entry_id = await begin(town, duty)
    await look(town, await connect(town, phone, entry_id), 1)
    await phone.wire.expect("hold_still")
    assert town.script.made[-1].case.exempt == {"turn_left", "screen_light"}


async def test_what_was_spared_can_be_asked_for_again(town: Town, duty: Staff) -> None:
    await spare(town, duty, ["nod"])
    await spare(town, duty, [], "well again")
    assert (await duty.get(path(town)))["exempt_prompts"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"kinds": ["nod"]},
        {"kinds": ["nod"], "reason": ""},
        {"kinds": ["nod"], "reason": "   "},
        {"kinds": ["dance"], "reason": REASON},
        {"kinds": ["nod"], "reason": "x" * 301},
    ],
)
async def test_nothing_is_spared_without_a_reason_or_by_another_name(
    town: Town, duty: Staff, body: dict[str, Any]
) -> None:
    status, data = await duty.ask("PUT", f"{path(town)}/exemptions", body)
    assert (status, data["error"]["code"]) == (400, "invalid_input")
    assert (await duty.get(path(town)))["exempt_prompts"] == []


async def test_changing_a_person_neither_spares_nor_takes_away(town: Town, duty: Staff) -> None:
    await spare(town, duty, ["nod"])
    body = {"name": "Ann B.", "dossier_number": "D-ann", "office_ids": [town.ids["east"]]}
    status, changed = await duty.ask("PUT", path(town), body)
    assert (status, changed["exempt_prompts"]) == (200, ["nod"])
    sneaked = {**body, "exempt_prompts": ["turn_left"]}
    assert (await duty.ask("PUT", path(town), sneaked))[0] == 400
    new = {**body, "dossier_number": "D-new", "exempt_prompts": ["turn_left"]}
    assert (await duty.ask("POST", "/api/persons", new))[0] == 400


@pytest.mark.parametrize("username", ["west", "judge"])
async def test_only_officers_in_charge_spare_anything(
    town: Town, duty: Staff, username: str
) -> None:
    stranger = Staff(town)
    await stranger.sign_in(username)
    body = {"kinds": ["nod"], "reason": REASON}
    status, _ = await stranger.ask("PUT", f"{path(town)}/exemptions", body)
    assert status == 403
    seen = (await stranger.ask("GET", f"{path(town)}/enrolment"))[0]
    assert seen == {"west": 403, "judge": 200}[username]
