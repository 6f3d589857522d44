"""Steps of a check-in that many tests take."""

import asyncio

from server.messages import Answers, Consent, Location, Offer, TakeTicket
from tests.server.conftest import bound_phone, enrol, start_roll_call
from tests.server.town import Phone, Staff, Town


async def begin(town: Town, duty: Staff, *, enrolled: bool = True) -> tuple[Phone, str]:
    """A bound phone of Ann's that has been welcomed, and her entry."""
    if enrolled:
        await enrol(duty, town.ids["ann"])
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    phone = await bound_phone(town, duty, town.ids["ann"])
    welcome = await phone.enter()
    assert [e.entry_id for e in welcome.entries] == [entry_id]
    return phone, entry_id


async def connect(town: Town, phone: Phone, entry_id: str, sdp: str = "v=0 offer") -> str:
    """Ticket, consent, session, offer, media; returns the publishing peer."""
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.expect("ticket")
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")
    await phone.wire.say(Offer(sdp=sdp))
    await phone.wire.expect("answer")
    return town.engine.flow()


async def look(town: Town, peer: str, times: int) -> None:
    """So many usable observations."""
    for _ in range(100):
        if peer in town.verifier.open_sessions:
            break
        await asyncio.sleep(0.02)
    for _ in range(times):
        town.verifier.see(peer)


async def asked(town: Town, duty: Staff) -> tuple[Phone, str, str]:
    """A check-in up to the questions, with the verdict in; the publishing peer comes last."""
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    return phone, entry_id, peer


async def answer(phone: Phone) -> None:
    """The questions and the place."""
    await phone.wire.say(Answers(items={"where": "home", "health": "good"}))
    await phone.wire.say(Location(latitude=37.9, longitude=112.5, accuracy_m=20))
