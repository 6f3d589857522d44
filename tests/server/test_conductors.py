"""To whom a roll-call can be handed over."""

from tests.server.test_duty import call_office
from tests.server.town import Staff, Town


async def test_those_at_a_console_come_first_and_only_who_may(town: Town, duty: Staff) -> None:
    entry_id = await call_office(town, duty)
    roll_call_id = (await duty.get(f"/api/entries/{entry_id}"))["entry"]["roll_call_id"]
    path = f"/api/roll-calls/{roll_call_id}/round/officers"
    office = Staff(town)
    await office.sign_in("east")
    console = await office.socket("console")
    await console.expect("welcome")
    listed = await duty.get(path)
    assert listed[0]["role"] == "office_officer" and listed[0]["here"]
    assert {one["role"] for one in listed} == {"office_officer", "administrator"}
    assert len([one for one in listed if one["role"] == "office_officer"]) == 1
    assert [one["here"] for one in listed[1:]] == [False] * (len(listed) - 1)
    me = (await duty.get("/api/session"))["officer"]["id"]
    assert me not in {one["id"] for one in listed}
    west = Staff(town)
    await west.sign_in("west")
    assert (await west.ask("GET", path))[0] == 404
