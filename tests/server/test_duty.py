"""The duty roll-call of units: an office terminal answers, the officer at the center decides."""

import asyncio

from roll_call.ports.media import RequestKeyframe, SetRoute
from server.messages import Offer, Route, TakeTicket
from tests.server.steps import begin, connect
from tests.server.town import Staff, Town, Wire


async def call_office(town: Town, duty: Staff) -> str:
    """A roll-call of the eastern office; returns the entry."""
    made = await duty.post("/api/roll-calls", {"unit_ids": [town.ids["east"]]})
    entries = await duty.get(f"/api/roll-calls/{made['id']}/entries")
    assert entries[0]["subject_kind"] == "unit"
    return str(entries[0]["id"])


async def answer_call(town: Town, entry_id: str, sdp: str = "v=0 office") -> Wire:
    """The office's terminal takes its ticket and publishes."""
    office = Staff(town)
    await office.sign_in("east")
    terminal = await office.socket("terminal")
    welcome = await terminal.expect("welcome")
    assert [e.entry_id for e in welcome.entries] == [entry_id]
    await terminal.say(TakeTicket(entry_id=entry_id))
    session = await terminal.expect("session")
    assert session.steps == 0
    await terminal.say(Offer(sdp=sdp))
    await terminal.expect("answer")
    return terminal


async def test_a_terminal_is_seen_and_decided_by_eye(town: Town, duty: Staff) -> None:
    entry_id = await call_office(town, duty)
    console = await duty.socket()
    terminal = await answer_call(town, entry_id)
    peer = town.engine.flow()
    while not (live := await console.expect("live_changed")).sessions:
        pass
    assert live.sessions[0].stage == "live"
    await console.say(Offer(purpose="view", sdp="v=0 console"))
    await console.expect("answer")
    await console.say(Route(mid="1", session_id=live.sessions[0].session_id))
    assert await routed(town, peer)
    await duty.post(f"/api/entries/{entry_id}/decision", {"outcome": "present", "reason": "by_eye"})
    receipt = await terminal.expect("receipt")
    assert (receipt.state, receipt.next) == ("present", "nothing")
    routes = [c for c in town.engine.commands if isinstance(c, SetRoute)]
    assert (routes[0].mid, routes[0].source) == ("1", peer)
    assert RequestKeyframe(peer) in town.engine.commands
    assert town.verifier.open_sessions == {}


async def test_an_office_stays_on_the_wall_until_it_is_decided(town: Town, duty: Staff) -> None:
    entry_id = await call_office(town, duty)
    terminal = await answer_call(town, entry_id)
    town.engine.flow()
    for _ in range(100):
        if (await duty.get(f"/api/entries/{entry_id}"))["entry"]["state"] == "in_session":
            break
        await asyncio.sleep(0.02)
    town.clock.forward(seconds=200)
    for _ in range(100):
        if (await duty.get(f"/api/entries/{entry_id}"))["entry"]["state"] == "review":
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    assert len(town.services.desk.live()) == 1
    seen = {"outcome": "present", "reason": "by_eye", "note": ""}
    await duty.post(f"/api/entries/{entry_id}/decision", seen)
    assert (await terminal.expect("receipt")).state == "present"


async def test_another_offices_terminal_cannot_answer(town: Town, duty: Staff) -> None:
    entry_id = await call_office(town, duty)
    west = Staff(town)
    await west.sign_in("west")
    terminal = await west.socket("terminal")
    assert (await terminal.expect("welcome")).entries == []
    await terminal.say(TakeTicket(entry_id=entry_id))
    assert (await terminal.expect("error")).code == "not_allowed"


async def test_a_reviewer_is_no_terminal(town: Town) -> None:
    judge = Staff(town)
    await judge.sign_in("judge")
    wire = await judge.socket("terminal")
    assert (await wire.expect("error")).code == "not_allowed"


async def test_a_console_sees_and_routes_only_its_own(town: Town, duty: Staff) -> None:
    west = Staff(town)
    await west.sign_in("west")
    foreign = await west.socket()
    own = await duty.socket()
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    while not (live := await own.expect("live_changed")).sessions:
        pass
    session_id = live.sessions[0].session_id
    await foreign.say(Offer(purpose="view", sdp="v=0"))
    await foreign.expect("answer")
    await foreign.say(Route(mid="0", session_id=session_id))
    assert (await foreign.expect("error")).code == "not_allowed"
    assert not any(m.sessions for m in foreign.seen if m.type == "live_changed")
    assert "entry_changed" not in foreign.kinds
    assert not any(isinstance(c, SetRoute) and c.source == peer for c in town.engine.commands)
    rows = await town.services.store.read(lambda r: r.log.after(0, 1000))
    refused = [row for row in rows if row.kind == "access.refused"]
    assert [row.actor for row in refused] == [f"officer/{town.ids['officer_west']}"]


async def routed(town: Town, source: str) -> bool:
    """Whether a route to this publisher is ordered within a while."""
    for _ in range(200):
        if any(isinstance(c, SetRoute) and c.source == source for c in town.engine.commands):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_a_route_follows_the_session_to_its_new_peer(town: Town, duty: Staff) -> None:
    console = await duty.socket()
    await console.say(Offer(purpose="view", sdp="v=0"))
    await console.expect("answer")
    phone, entry_id = await begin(town, duty)
    first = await connect(town, phone, entry_id)
    while not (live := await console.expect("live_changed")).sessions:
        pass
    await console.say(Route(mid="0", session_id=live.sessions[0].session_id))
    assert await routed(town, first)
    await phone.wire.say(Offer(sdp="v=0 other network"))
    await phone.wire.expect("answer")
    assert await routed(town, town.engine.flow())


async def test_a_reviewer_watches_no_live_pictures(town: Town) -> None:
    judge = Staff(town)
    await judge.sign_in("judge")
    console = await judge.socket()
    await console.expect("welcome")
    await console.say(Offer(purpose="view", sdp="v=0"))
    assert (await console.expect("error")).code == "not_allowed"


async def test_a_console_follows_the_opening_of_a_large_roll_call(town: Town, duty: Staff) -> None:
    persons = []
    for n in range(150):
        body = {"name": f"p{n}", "dossier_number": f"L-{n}", "office_ids": [town.ids["east"]]}
        persons.append((await duty.post("/api/persons", body))["id"])
    console = await duty.socket()
    await console.expect("live_changed")
    made = await duty.post("/api/roll-calls", {"person_ids": persons})
    while (await console.expect("roll_call_changed")).counts.get("calling") != 150:
        pass
    told = {m.entry_id for m in console.seen if m.type == "entry_changed"}
    assert len(told) == 150 and made["counts"]["calling"] == 150
    assert console.kinds.count("roll_call_changed") < 10
