"""Replies of an instant roll-call as the officer's list sees them."""

from server.notice_messages import InstantReply
from tests.server.conftest import start_roll_call
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Staff, Town


async def test_a_reply_has_its_time_place_and_health(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    entry = (await duty.get(f"/api/entries/{entry_id}"))["entry"]
    path = f"/api/roll-calls/{entry['roll_call_id']}/replies"
    assert await duty.get(path) == []
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    await phone.wire.expect("receipt")
    [reply] = await duty.get(path)
    assert (reply["entry_id"], reply["where"], reply["health"]) == (entry_id, "home", "good")
    assert reply["location"] == {"latitude": 37.9, "longitude": 112.5, "accuracy_m": 20}


async def test_a_short_reply_stands_in_the_same_list(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty, enrolled=False)
    entry = (await duty.get(f"/api/entries/{entry_id}"))["entry"]
    console = await duty.socket()
    await phone.wire.say(InstantReply(entry_id=entry_id, health="unwell", note="发烧"))
    await console.expect("reply_received")
    [reply] = await duty.get(f"/api/roll-calls/{entry['roll_call_id']}/replies")
    told = (reply["by"], reply["health"], reply["report"], reply["location"])
    assert told == ("instant", "unwell", "发烧", None)


async def test_replies_are_seen_by_their_own_office_only(town: Town, duty: Staff) -> None:
    roll_call_id, _ = await start_roll_call(duty, town.ids["ann"])
    path = f"/api/roll-calls/{roll_call_id}/replies"
    seen = {}
    for username in ("east", "west"):
        office = Staff(town)
        await office.sign_in(username)
        seen[username], _ = await office.ask("GET", path)
        await office.close()
    assert seen == {"east": 200, "west": 404}
