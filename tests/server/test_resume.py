"""Lost sockets, lost media, a second connection, a restarted server: the same session goes on."""

import asyncio
from pathlib import Path

import pytest

from server.messages import Answers, Consent, LocationDeclined, Offer, TakeTicket
from tests.server.conftest import settle_in
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Staff, Town, make_town


async def test_a_lost_socket_resumes_the_same_session(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 2)
    await phone.wire.expect("prompt")
    await phone.wire.ws.close()
    welcome = await phone.enter(resume=True)
    assert welcome.resumed
    session = await phone.wire.expect("session")
    assert peer.startswith(session.session_id)
    await phone.wire.say(Offer(sdp="v=0 second offer"))
    await phone.wire.expect("answer")
    again = town.engine.flow()
    assert again != peer
    await look(town, again, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    assert (await phone.wire.expect("receipt")).state == "present"
    examined = [e.case.session_id for e in town.script.made]
    assert examined == [session.session_id] * 2  # a fresh try on the new pictures
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert len(detail["recordings"]) == 1
    assert detail["entry"]["attempt"] == 1


async def test_the_questions_come_again_after_a_lost_socket(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await phone.wire.say(Answers(items={"where": "home", "health": "good"}))
    await phone.wire.ws.close()
    await phone.enter(resume=True)
    await phone.wire.expect("questions")
    await phone.wire.say(Answers(items={"where": "home", "health": "good"}))
    await phone.wire.say(LocationDeclined())
    assert (await phone.wire.expect("receipt")).state == "present"


async def test_the_receipt_waits_for_a_phone_that_was_away(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    await phone.wire.ws.close()
    await asyncio.sleep(0.3)
    await phone.enter(resume=True)
    assert (await phone.wire.expect("receipt")).state == "present"


async def test_an_unknown_resume_token_falls_back_to_the_signature(town: Town, duty: Staff) -> None:
    phone, _ = await begin(town, duty)
    phone.resume = "forged"
    welcome = await phone.enter(resume=True)
    assert welcome.type == "welcome" and not welcome.resumed


async def test_a_second_connection_supersedes_the_first(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await connect(town, phone, entry_id)
    first = phone.wire
    await phone.enter()
    assert (await first.expect("superseded")).type == "superseded"
    assert await first.next() is None
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    assert (await phone.wire.expect("session")).entry_id == entry_id


async def test_a_new_offer_carries_the_session_on(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 1)
    await phone.wire.say(Offer(sdp="v=0 other network"))
    await phone.wire.expect("answer")
    again = town.engine.flow()
    assert again.rpartition("-")[0] == peer.rpartition("-")[0]
    await look(town, again, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    assert (await phone.wire.expect("receipt")).state == "present"


async def test_media_that_never_return_lead_to_a_receipt(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 1)
    town.engine.drop(peer)
    await asyncio.sleep(0.2)
    town.clock.forward(seconds=70)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.next) == ("calling", "retry")


@pytest.mark.parametrize("moment", ["ticket", "session", "negotiating", "live", "verified"])
async def test_a_restart_at_any_moment_loses_and_doubles_nothing(
    tmp_path: Path, moment: str
) -> None:
    place = make_town(tmp_path / "data")
    async with place.running():
        await settle_in(place)
        staff = Staff(place)
        await staff.sign_in("duty")
        phone, entry_id = await begin(place, staff)
        await _go_as_far_as(place, phone, entry_id, moment)
        phone_key, device_id, resume = phone.key, phone.device_id, phone.resume
    async with place.running():
        staff = Staff(place)
        await staff.sign_in("duty")
        back = type(phone)(place)
        back.key, back.device_id, back.resume = phone_key, device_id, resume
        await back.enter(resume=True)
        await back.wire.say(TakeTicket(entry_id=entry_id))
        await back.wire.say(Consent(face_verification=True))
        session = await back.wire.expect("session")
        await back.wire.say(Offer(sdp="v=0 after the restart"))
        await back.wire.expect("answer")
        peer = place.engine.flow()
        assert peer.startswith(session.session_id)
        if moment != "verified":
            await look(place, peer, 4)
        if "questions" not in back.wire.kinds:
            await back.wire.expect("questions")
        await answer(back)
        receipt = await back.wire.expect("receipt")
        assert receipt.state == "present"
        records = await place.services.store.read(
            lambda r: (
                r.evidence.verifications_of(entry_id),
                r.sessions.sessions_of(entry_id),
                r.sessions.receipts_of(entry_id),
                r.calls.entry(entry_id),
            )
        )
        verdicts, sessions, receipts, entry = records
        assert len(verdicts) == len(sessions) == len(receipts) == 1
        assert entry.arrived_at == entry.settled_at  # the clock stood still: arrival kept


async def _go_as_far_as(place: Town, phone: object, entry_id: str, moment: str) -> None:
    from tests.server.town import Phone

    assert isinstance(phone, Phone)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.expect("ticket")
    if moment == "ticket":
        return
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")
    if moment == "session":
        return
    await phone.wire.say(Offer(sdp="v=0 offer"))
    await phone.wire.expect("answer")
    if moment == "negotiating":
        return
    peer = place.engine.flow()
    await look(place, peer, 2 if moment == "live" else 4)
    await phone.wire.expect("prompt" if moment == "live" else "questions")
