"""Who heard a broadcast: counted while it goes on, told at its end, on record."""

import asyncio

from server import room_messages as r
from tests.server.test_room import console, officer, published, until
from tests.server.town import Staff, Town


async def heard_on_record(town: Town) -> list[dict[str, object]]:
    """The details of the rows that count a broadcast, once there are any."""
    for _ in range(250):
        rows = await town.services.store.read(lambda s: s.log.after(0, 1000))
        found = [dict(row.payload or {}) for row in rows if row.kind == "broadcast.heard"]
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("not on record")


async def test_who_talks_with_another_officer_has_missed_it(town: Town, duty: Staff) -> None:
    _, _, ann = await published(town, duty, "ann")
    await published(town, duty, "bob")
    east = await console(await officer(town, "east"))
    await east.say(r.Talk(session_id=ann))
    await until(east, "floor", lambda m: m.you.talking == ann)
    center = await console(duty)
    await center.say(r.Broadcast(on=True))
    floor = await until(center, "floor", lambda m: m.broadcasts and m.broadcasts[0].heard)
    assert (floor.broadcasts[0].meant, floor.broadcasts[0].heard) == (2, 1)
    town.clock.forward(seconds=8)
    await center.say(r.Broadcast(on=False))
    told = await center.expect("broadcast_receipts")
    assert (told.seconds, told.heard, told.missed) == (8.0, ["bob"], ["ann"])
    (row,) = await heard_on_record(town)
    assert (row["heard"], row["missed"], row["missed_names"]) == (1, 1, "ann")


async def test_an_urgent_one_goes_over_the_talk_and_only_those_meant_count(
    town: Town, duty: Staff
) -> None:
    _, _, ann = await published(town, duty, "ann")
    await published(town, duty, "bob")
    east = await console(await officer(town, "east"))
    await east.say(r.Talk(session_id=ann))
    await until(east, "floor", lambda m: m.you.talking == ann)
    center = await console(duty)
    await center.say(r.Broadcast(on=True, urgent=True, unit_id=town.ids["east"]))
    await until(center, "floor", lambda m: m.broadcasts and m.broadcasts[0].heard == 1)
    await center.say(r.Broadcast(on=False))
    told = await center.expect("broadcast_receipts")
    assert (told.heard, told.missed) == (["ann"], [])


async def test_a_silent_broadcast_was_heard_by_nobody(town: Town, duty: Staff) -> None:
    await published(town, duty, "ann")
    center = await console(duty)
    await center.say(r.Microphone(on=False))
    await until(center, "floor", lambda m: not m.you.microphone_on)
    await center.say(r.Broadcast(on=True))
    floor = await until(center, "floor", lambda m: m.broadcasts and m.broadcasts[0].meant)
    assert (floor.broadcasts[0].reached, floor.broadcasts[0].heard) == (1, 0)
    await center.say(r.Broadcast(on=False))
    told = await center.expect("broadcast_receipts")
    assert (told.heard, told.missed) == ([], ["ann"])


async def test_it_is_counted_also_where_the_officers_page_is_gone(town: Town, duty: Staff) -> None:
    await published(town, duty, "ann")
    center = await console(duty)
    await center.say(r.Broadcast(on=True))
    await until(center, "floor", lambda m: m.broadcasts and m.broadcasts[0].heard)
    await center.ws.close()
    (row,) = await heard_on_record(town)
    assert (row["heard"], row["missed"]) == (1, 0)
