"""Trouble inside a check-in: deadlines, officers who are faster, dead workers, refused offers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from roll_call.check_in import SessionState
from roll_call.errors import MediaError, StorageError
from roll_call.policy import Policy
from roll_call.ports.faces import VerifierLost
from roll_call.ports.media import ClosePeer, MediaStalled, StopRecording
from roll_call.verification import Assurance
from server.check_in import runner
from server.messages import CameraProblem, Consent, Offer, TakeTicket
from tests.server.steps import answer, asked, begin, connect, look
from tests.server.town import Staff, Town

ANSWERS = timedelta(seconds=Policy().answers_deadline_s)


async def test_a_match_of_low_assurance_is_looked_at_by_a_person(town: Town, duty: Staff) -> None:
    town.script.assurance = Assurance.LOW
    phone, *_ = await asked(town, duty)
    await answer(phone)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "low_assurance")
    assert (receipt.next, receipt.can_retry) == ("officer_will_call", False)


async def test_no_verdict_in_time_goes_to_review_with_a_receipt(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 1)
    await phone.wire.expect("hold_still")
    town.clock.forward(seconds=151)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason, receipt.next) == ("review", "inconclusive", "retry")
    sessions = await town.services.store.read(lambda r: r.sessions.sessions_of(entry_id))
    assert all(session.state.final for session in sessions)


async def test_who_never_answers_the_questions_is_present_all_the_same(
    town: Town, duty: Staff
) -> None:
    phone, *_ = await asked(town, duty)
    town.clock.forward(seconds=901)
    assert (await phone.wire.expect("receipt")).state == "present"


async def until_it_may_last(town: Town, entry_id: str, state: SessionState) -> None:
    """Wait for a session in this state that has been told of the answers."""
    for _ in range(500):
        sessions = await town.services.store.read(lambda r: r.sessions.sessions_of(entry_id))
        session = sessions[-1]
        assert session.live_at and session.deadline_at
        if session.state is state and session.deadline_at - session.live_at >= ANSWERS:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"no {state} session that may last")


async def test_slow_answers_are_waited_for_also_without_a_picture(town: Town, duty: Staff) -> None:
    phone, entry_id, peer = await asked(town, duty)
    await until_it_may_last(town, entry_id, SessionState.LIVE)
    town.clock.forward(seconds=400)
    town.engine.emit(MediaStalled(peer, 2.0))
    await until_it_may_last(town, entry_id, SessionState.RECONNECTING)
    town.clock.forward(seconds=400)
    await asyncio.sleep(3 * runner.TICK_S)
    await answer(phone)
    assert (await phone.wire.expect("receipt")).state == "present"
    assert len((await duty.get(f"/api/entries/{entry_id}"))["answers"]) == 2


async def test_a_camera_that_fails_after_the_verdict_costs_no_answers(
    town: Town, duty: Staff
) -> None:
    phone, entry_id, _ = await asked(town, duty)
    await phone.wire.say(CameraProblem(problem="in_use"))
    await answer(phone)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.next) == ("present", "nothing")
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert len(detail["answers"]) == 2
    assert "entry.camera_problem" in [item["kind"] for item in detail["timeline"]]


async def test_an_officer_decides_while_the_session_runs(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 1)
    await phone.wire.expect("hold_still")
    seen = {"outcome": "present", "reason": "by_eye", "note": ""}
    await duty.post(f"/api/entries/{entry_id}/decision", seen)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.can_retry) == ("present", False)


async def test_a_dead_worker_costs_the_person_nothing(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 2)
    await phone.wire.expect("prompt")
    town.verifier.open_sessions.clear()
    town.verifier.on_event(VerifierLost(peer))
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    assert (await phone.wire.expect("receipt")).state == "present"
    assert len(town.script.made) == 2


async def test_a_refused_offer_is_worded_and_may_be_made_again(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")
    town.engine.refuse = MediaError("codec_unsupported", kind="video")
    await phone.wire.say(Offer(sdp="v=0 only VP9"))
    error = await phone.wire.expect("error")
    assert error.code == "codec_unsupported" and "VP8" in error.message and not error.fatal
    town.engine.refuse = None
    await phone.wire.say(Offer(sdp="v=0 VP8"))
    await phone.wire.expect("answer")


async def test_a_short_stall_of_the_network_goes_unnoticed(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 2)
    town.engine.emit(MediaStalled(peer, 2.0))
    town.engine.flow(peer)
    await look(town, peer, 2)
    await phone.wire.expect("questions")
    await answer(phone)
    assert (await phone.wire.expect("receipt")).state == "present"
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert len(detail["recordings"]) == 1 and len(town.script.made) == 1


async def test_a_camera_that_fails_in_mid_session_is_nobodys_fault(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 1)
    await phone.wire.expect("hold_still")
    await phone.wire.say(CameraProblem(problem="in_use"))
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "technical_failure")
    assert receipt.can_retry


async def test_frames_ask_for_a_similarity_only_when_it_is_wanted(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 1)
    await phone.wire.expect("hold_still")
    town.engine.frame(peer)
    await look(town, peer, 1)
    await phone.wire.expect("prompt")
    await asyncio.sleep(0.05)
    town.engine.frame(peer)
    town.engine.frame(peer)
    town.engine.frame("somebody-else-1")
    assert town.verifier.pushed == [(peer, False), (peer, True), (peer, False)]


async def test_a_leftover_recording_of_a_crash_is_kept(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await connect(town, phone, entry_id)
    await asyncio.sleep(0.2)
    desk = town.services.desk
    town.engine._files.clear()  # the engine died with the file half written
    await desk.capture.keep(await desk.capture.leftovers())
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert [(r["state"], r["size_bytes"]) for r in detail["recordings"]] == [("ready", 500)]


async def until_free(town: Town) -> None:
    """Nobody is being served any more."""
    for _ in range(150):
        if not town.services.desk.session_count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a session is still served")


async def test_a_worker_that_dies_after_the_answers_hurries_nobody(town: Town, duty: Staff) -> None:
    town.script.withhold = True
    phone, entry_id = await begin(town, duty)
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


async def test_answers_given_early_hurry_nobody(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await answer(phone)
    await asyncio.sleep(town.settings.policy.verdict_wait_s + 0.5)
    await look(town, peer, 4)
    assert (await phone.wire.expect("receipt")).state == "present"


async def test_consent_withdrawn_in_mid_session_frees_everything(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 2)
    await phone.wire.expect("prompt")
    await phone.wire.say(Consent(face_verification=False))
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "declined_face")
    await until_free(town)
    assert ClosePeer(peer) in town.engine.commands
    assert any(isinstance(command, StopRecording) for command in town.engine.commands)
    assert peer not in town.verifier.open_sessions


async def test_consent_withdrawn_before_the_camera_ends_the_session(
    town: Town, duty: Staff
) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")
    await phone.wire.say(Consent(face_verification=False))
    assert (await phone.wire.expect("receipt")).reason == "declined_face"
    await until_free(town)
    sessions = await town.services.store.read(lambda r: r.sessions.sessions_of(entry_id))
    assert [session.state.final for session in sessions] == [True]


async def test_a_session_that_cannot_be_opened_keeps_no_place(
    town: Town, duty: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise StorageError("disk_full")

    phone, entry_id = await begin(town, duty)
    with monkeypatch.context() as broken:
        broken.setattr(runner, "open_session", full)
        await phone.wire.say(TakeTicket(entry_id=entry_id))
        await phone.wire.say(Consent(face_verification=True))
        assert (await phone.wire.expect("error")).code == "disk_full"
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")


async def test_a_recording_sealed_in_the_last_moment_is_kept(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await connect(town, phone, entry_id)
    await asyncio.sleep(0.2)
    ((recording, (_, path)),) = town.engine._files.items()
    town.engine._files.clear()
    town.services.recordings.seal(recording, path)  # and before it is on record, the power goes
    await town.services.desk.capture.keep(await town.services.desk.capture.leftovers())
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert [(r["state"], r["size_bytes"]) for r in detail["recordings"]] == [("ready", 500)]


async def test_a_decision_in_the_moment_of_arrival_is_heard(
    town: Town, duty: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, entry_id = await begin(town, duty)
    desk, exempt = town.services.desk, town.services.desk._exempt

    async def decided_meanwhile(subject: Any) -> frozenset[str]:
        decision = {"outcome": "present", "reason": "by_eye"}
        await duty.post(f"/api/entries/{entry_id}/decision", decision)
        return await exempt(subject)

    monkeypatch.setattr(desk, "_exempt", decided_meanwhile)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    assert (await phone.wire.expect("receipt")).state == "present"
