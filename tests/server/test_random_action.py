"""A random action in a live call: the server draws it, the phone shows it, the officer judges."""

from typing import Any, get_args

import pytest

from server.api.enrolment_schemas import Kind
from server.notices.random_action import KINDS
from tests.server.steps import begin, connect, look
from tests.server.test_duty import answer_call, call_office
from tests.server.test_exemptions import spare
from tests.server.town import Phone, Staff, Town


async def live(town: Town, duty: Staff) -> tuple[Phone, str]:
    """Ann's phone with media up and the automatic check behind it; her entry."""
    phone, entry_id = await begin(town, duty)
    await look(town, await connect(town, phone, entry_id), 4)
    await phone.wire.expect("questions")
    return phone, entry_id


def path(entry_id: str) -> str:
    return f"/api/entries/{entry_id}/random-action"


async def noted(town: Town) -> list[dict[str, Any]]:
    """What stands in the log of actions."""
    rows = await town.services.store.read(lambda r: r.log.after(0, 5000))
    return [dict(row.payload or {}) for row in rows if row.kind == "entry.random_action"]


async def test_the_server_draws_the_phone_shows_it_and_it_goes_away(
    town: Town, duty: Staff
) -> None:
    phone, entry_id = await live(town, duty)
    drawn = await duty.post(path(entry_id))
    shown = await phone.wire.expect("prompt")
    assert (shown.kind, shown.digits) == (drawn["kind"], drawn["digits"])
    assert drawn["kind"] in KINDS and drawn["text"]
    await phone.wire.expect("step_passed")
    assert await noted(town) == [{"kind": drawn["kind"], "digits": drawn["digits"] or ""}]
    entry = await duty.get(f"/api/entries/{entry_id}")
    assert entry["entry"]["state"] != "absent", "an action settles nothing"


async def test_only_what_the_person_is_not_spared_is_drawn(town: Town, duty: Staff) -> None:
    await spare(town, duty, [kind for kind in get_args(Kind) if kind != "read_digits"])
    phone, entry_id = await live(town, duty)
    drawn = await duty.post(path(entry_id))
    assert drawn["kind"] == "read_digits" and len(drawn["digits"]) == 3
    assert (await phone.wire.expect("prompt")).digits == drawn["digits"]


async def test_a_person_who_is_spared_everything_is_asked_for_nothing(
    town: Town, duty: Staff
) -> None:
    await spare(town, duty, list(get_args(Kind)))
    _, entry_id = await live(town, duty)
    assert await duty.refusal("POST", path(entry_id)) == (409, "all_actions_spared")
    assert await noted(town) == []


async def test_nothing_is_asked_before_or_in_the_midst_of_the_check(
    town: Town, duty: Staff
) -> None:
    phone, entry_id = await begin(town, duty)
    assert await duty.refusal("POST", path(entry_id)) == (409, "not_live")
    await look(town, await connect(town, phone, entry_id), 1)
    await phone.wire.expect("hold_still")
    assert await duty.refusal("POST", path(entry_id)) == (409, "busy_examining")
    assert await noted(town) == []


async def test_an_office_is_not_asked_to_nod(town: Town, duty: Staff) -> None:
    wire = await call_office(town, duty)
    await answer_call(town, wire)
    roll_calls = await duty.get("/api/roll-calls")
    (entry,) = await duty.get(f"/api/roll-calls/{roll_calls[0]['id']}/entries")
    assert await duty.refusal("POST", path(entry["id"])) == (400, "invalid_input")


@pytest.mark.parametrize("name", ["west", "judge"])
async def test_who_may_not_talk_with_the_person_may_not_ask(
    town: Town, duty: Staff, name: str
) -> None:
    _, entry_id = await live(town, duty)
    other = Staff(town)
    await other.sign_in(name)
    assert (await other.refusal("POST", path(entry_id)))[0] == 403
