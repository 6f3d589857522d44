"""A media process died: the server asks at once for a new connection of the same session."""

import pytest

from roll_call.errors import MediaError
from roll_call.ports.media import AnswerOffer, PeerClosed
from server.check_in import runner
from server.messages import Consent, Offer, TakeTicket
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Staff, Town

RESTARTED = "engine_restarted"


async def test_the_session_goes_on_over_a_new_connection(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 2)
    await phone.wire.expect("prompt")
    town.engine.emit(PeerClosed(peer, RESTARTED))
    session = await phone.wire.expect("session")
    assert peer.startswith(session.session_id)
    await phone.wire.say(Offer(sdp="v=0 again"))
    await phone.wire.expect("answer")
    fresh = town.engine.flow()
    assert fresh != peer and town.engine.answered[-1].beside == session.session_id
    await look(town, fresh, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    assert (await phone.wire.expect("receipt")).state == "present"
    sessions = await town.services.store.read(lambda r: r.sessions.sessions_of(entry_id))
    assert [s.id for s in sessions] == [session.session_id], "no attempt was lost"


async def test_an_offer_that_died_with_its_process_is_asked_for_again(
    town: Town, duty: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=True))
    session = await phone.wire.expect("session")

    async def die(command: AnswerOffer) -> str:
        town.engine.emit(PeerClosed(command.peer, RESTARTED))
        raise MediaError(RESTARTED)

    with monkeypatch.context() as dying:
        dying.setattr(town.engine, "answer", die)
        await phone.wire.say(Offer(sdp="v=0 unlucky"))
        again = await phone.wire.expect("session")
    assert again.session_id == session.session_id and "error" not in phone.wire.kinds
    await phone.wire.say(Offer(sdp="v=0 again"))
    await phone.wire.expect("answer")


async def test_a_busy_engine_is_asked_again_by_itself(
    town: Town, duty: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "BUSY_RETRY_S", 0.05)
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=True))
    session = await phone.wire.expect("session")
    town.engine.refuse = MediaError("engine_busy")
    await phone.wire.say(Offer(sdp="v=0 too many"))
    failure = await phone.wire.expect("error")
    assert failure.code == "engine_busy" and failure.message and not failure.fatal
    town.engine.refuse = None
    assert (await phone.wire.expect("session")).session_id == session.session_id
