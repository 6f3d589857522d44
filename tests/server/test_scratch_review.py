import asyncio
from typing import Any

import pytest

from roll_call.errors import StorageError
from roll_call.ports.faces import VerifierLost
from roll_call.ports.media import ClosePeer, StopRecording
from server.messages import Answers, Consent, LocationDeclined, Offer, TakeTicket
from tests.server.conftest import bound_phone, enrol, start_roll_call, add_person
from tests.server.steps import answer, begin, connect, look
from tests.server.town import PASSWORD, Staff, Town
from tests.server.test_scheduler import add_plan, beat, calls


async def test_guesses_side_by_side_are_counted_too(town: Town) -> None:
    staff = Staff(town)
    wrong = {"username": "duty", "password": "wrong password"}
    many = town.settings.server.failed_sign_ins * 3
    answers = await asyncio.gather(*(staff.ask("POST", "/api/session", wrong) for _ in range(many)))
    tried = [status for status, _ in answers if status == 401]
    assert len(tried) <= town.settings.server.failed_sign_ins


async def test_a_verdict_is_not_hurried_while_movements_are_wanted(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    town.script.withhold = True
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 3)
    await phone.wire.expect("questions")
    await answer(phone)
    await asyncio.sleep(0.2)
    town.verifier.open_sessions.clear()
    town.script.withhold = False
    town.verifier.on_event(VerifierLost(peer))
    await asyncio.sleep(town.settings.policy.verdict_wait_s + 0.5)
    await look(town, peer, 4)
    assert (await phone.wire.expect("receipt")).state == "present"


async def test_consent_withdrawn_in_mid_session(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 2)
    await phone.wire.expect("prompt")
    await phone.wire.say(Consent(face_verification=False))
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "declined_face")
    await asyncio.sleep(0.3)
    assert ClosePeer(peer) in town.engine.commands
    assert [c for c in town.engine.commands if isinstance(c, StopRecording)]
    s = await town.services.store.read(lambda r: r.sessions.sessions_of(entry_id))
    assert all(x.state.final for x in s)
    assert town.services.desk.session_count == 0


async def test_consent_withdrawn_before_media(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.expect("ticket")
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")
    await phone.wire.say(Consent(face_verification=False))
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "declined_face")
    await asyncio.sleep(0.3)
    s = await town.services.store.read(lambda r: r.sessions.sessions_of(entry_id))
    assert all(x.state.final for x in s)


async def test_a_plan_changed_after_its_hour(town: Town, duty: Staff) -> None:
    plan = await add_plan(town, duty, active=False)
    town.clock.forward(hours=3)
    await duty.sign_in("duty")
    await beat(town)
    status, _ = await duty.ask("PUT", f"/api/plans/{plan['id']}",
      {"title":"Morning","starts":"10:00","duration_minutes":30,"days":"workdays","unit_ids":[town.ids["center"]],"active":True})
    assert status == 200
    await beat(town)
    assert [c["state"] for c in await calls(town, duty)] == []


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
async def test_days_at_the_end(town: Town, duty: Staff, day: str) -> None:
    status, data = await duty.ask("GET", f"/api/roll-calls?day={day}")
    assert status in (200, 400), data


async def test_recover_sealed(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await connect(town, phone, entry_id)
    await asyncio.sleep(0.2)
    desk = town.services.desk
    rec, path = next((k, v[1]) for k, v in town.engine._files.items())
    town.engine._files.clear()
    town.services.recordings.seal(rec, path)   # and then the power went
    await desk.capture.recover()
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert [(r["state"], r["size_bytes"]) for r in detail["recordings"]] == [("ready", 500)]


async def test_a_plan_that_cannot_be_carried_out_stops_nobody_else(town: Town, duty: Staff, monkeypatch: Any) -> None:
    import server.scheduler as s
    def boom(*a: Any) -> None: raise KeyError("x")
    monkeypatch.setattr(s, "carry_out", boom)
    await add_plan(town, duty)
    roll_call_id, entry_id = await start_roll_call(duty, town.ids["ann"], minutes=5)
    town.clock.forward(minutes=6)
    await beat(town)
    assert (await duty.get(f"/api/roll-calls/{roll_call_id}"))["state"] == "closing"


async def test_failed_greeting_leaves_no_connection(town: Town, duty: Staff, monkeypatch: Any) -> None:
    phone, entry_id = await begin(town, duty)
    import server.connections.publisher as p
    async def boom(*a: Any, **k: Any) -> None: raise StorageError("disk_full")
    n = town.services.sockets.count
    await phone.wire.ws.close()
    await asyncio.sleep(0.1)
    monkeypatch.setattr(p, "welcome_person", boom)
    await phone.enter()
    await asyncio.sleep(2.5)
    assert town.services.sockets.count == 0
    assert not town.services.sockets._by_subject


async def test_no_session_frees_place(town: Town, duty: Staff, monkeypatch: Any) -> None:
    import server.check_in.runner as r
    phone, entry_id = await begin(town, duty)
    real = r.open_session
    def boom(*a: Any, **k: Any) -> None: raise StorageError("disk_full")
    monkeypatch.setattr(r, "open_session", boom)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.expect("ticket")
    await phone.wire.say(Consent(face_verification=True))
    assert (await phone.wire.expect("error")).code == "disk_full"
    monkeypatch.setattr(r, "open_session", real)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.expect("ticket")
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session", 3)


async def test_an_office_cannot_touch_others(town: Town, duty: Staff) -> None:
    cat = await add_person(duty, town, "cat", ["east", "west"])
    east = Staff(town)
    await east.sign_in("east")
    body = {"name": "cat", "dossier_number": "D-cat", "office_ids": [town.ids["east"]], "locale": "en"}
    print(await east.ask("PUT", f"/api/persons/{cat}", body))
    status, _ = await east.ask("PUT", f"/api/persons/{cat}", body)
    assert status == 403
    body["office_ids"] = [town.ids["east"], town.ids["center"]]
    status, _ = await east.ask("PUT", f"/api/persons/{town.ids['ann']}", {**body, "dossier_number": "D-ann"})
    assert status == 403
