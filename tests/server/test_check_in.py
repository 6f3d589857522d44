"""A check-in from the ticket to the receipt, for every way it can end; media and faces are fake."""

import asyncio
import json

from roll_call.ports.faces import FaceProblem
from roll_call.verification import Inconclusive, VerificationState
from server.messages import (
    Answers,
    CameraProblem,
    Consent,
    HangUp,
    LocationDeclined,
    TakeTicket,
)
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Staff, Town


async def test_a_match_is_present_with_a_signed_receipt(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.next, receipt.can_retry) == ("present", "nothing", False)
    status, fate = await duty.ask(
        "POST",
        "/api/receipts/verify",
        {"body": receipt.body, "signature": receipt.signature},
    )
    assert status == 200 and fate == {"valid": True, "known": True, "number": receipt.number}
    forged = receipt.body.replace("present", "absent")
    _, fate = await duty.ask(
        "POST", "/api/receipts/verify", {"body": forged, "signature": receipt.signature}
    )
    assert not fate["valid"]
    kinds = phone.wire.kinds
    assert kinds.index("advice") < kinds.index("hold_still") < kinds.index("prompt")
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert detail["entry"]["state"] == "present"
    assert detail["verdicts"][0]["state"] == "match"
    assert detail["location"]["accuracy_m"] == 20
    assert {a["id"] for a in detail["answers"]} == {"where", "health"}


async def test_the_recording_is_sealed_and_plays_in_ranges(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    await phone.wire.expect("receipt")
    recording = await _sealed(duty, entry_id)
    path = f"/api/recordings/{recording['id']}/media"
    status, whole = await duty.ask("GET", path)
    assert status == 200 and len(whole) == recording["size_bytes"] == 500
    status, part = await duty.ask("GET", path, headers={"Range": "bytes=5-9"})
    assert status == 206 and part == whole[5:10]
    status, tail = await duty.ask("GET", path, headers={"Range": "bytes=-3"})
    assert status == 206 and tail == whole[-3:]
    status, error = await duty.ask("GET", path, headers={"Range": "bytes=900-"})
    assert status == 416 and error["error"]["code"] == "range_invalid"


async def _sealed(duty: Staff, entry_id: str) -> dict[str, object]:
    for _ in range(100):
        detail = await duty.get(f"/api/entries/{entry_id}")
        if detail["recordings"] and detail["recordings"][0]["state"] != "recording":
            found: dict[str, object] = detail["recordings"][0]
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("the recording was not sealed")


async def test_another_face_goes_to_review_and_may_try_again(town: Town, duty: Staff) -> None:
    town.script.verdict = VerificationState.MISMATCH
    phone, entry_id = await begin(town, duty)
    for attempt in (1, 2, 3):
        peer = await connect(town, phone, entry_id)
        await look(town, peer, 4)
        await phone.wire.expect("questions")
        await answer(phone)
        receipt = await phone.wire.expect("receipt")
        assert (receipt.state, receipt.reason) == ("review", "mismatch")
        assert receipt.can_retry == (attempt < 3)
    assert receipt.next == "officer_will_call"
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    again = await phone.wire.expect("receipt")
    assert again.number == receipt.number and not again.can_retry
    queue = await duty.get("/api/review")
    assert [(c["id"], c["reason"]) for c in queue] == [(entry_id, "mismatch")]


async def test_failed_movements_are_inconclusive_not_a_fault(town: Town, duty: Staff) -> None:
    town.script.inconclusive = Inconclusive.TRIES_SPENT
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 4)
    await phone.wire.expect("try_failed")
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason, receipt.next) == ("review", "inconclusive", "retry")


async def test_advice_names_what_to_change(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 0)
    town.verifier.see(peer, FaceProblem.TOO_DARK)
    advice = await phone.wire.expect("advice")
    assert advice.problem is FaceProblem.TOO_DARK


async def test_without_a_reference_an_officer_follows(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty, enrolled=False)
    await connect(town, phone, entry_id)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "no_reference")
    assert (receipt.next, receipt.can_retry) == ("officer_will_call", False)


async def test_declining_face_recognition_is_no_absence(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=False))
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "declined_face")
    assert receipt.next == "officer_will_call" and receipt.arrived_at is not None
    assert "不会算作缺席" in receipt.message


async def test_a_camera_that_does_not_open_is_a_technical_failure(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")
    for _ in range(4):  # technical failures cost no attempt, however many there are
        await phone.wire.say(CameraProblem(problem="denied"))
        receipt = await phone.wire.expect("receipt")
        assert (receipt.state, receipt.reason) == ("review", "technical_failure")
        assert receipt.can_retry and receipt.next == "retry"
        await phone.wire.say(TakeTicket(entry_id=entry_id))
        await phone.wire.expect("ticket")
        await phone.wire.say(Consent(face_verification=True))
        await phone.wire.expect("session")


async def test_the_verdict_is_hurried_once_the_answers_are_in(town: Town, duty: Staff) -> None:
    town.script.withhold = True
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await phone.wire.say(Answers(items={"where": "away", "health": "unwell", "report": "flu"}))
    await phone.wire.say(LocationDeclined(why="denied"))

    async def frames_without_end() -> None:
        while True:
            town.verifier.see(peer)
            await asyncio.sleep(0.02)

    flood = asyncio.create_task(frames_without_end())
    try:
        receipt = await phone.wire.expect("receipt", 6.0)
    finally:
        flood.cancel()
    assert (receipt.state, receipt.reason) == ("review", "inconclusive")
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert detail["location"] == {"declined": "denied"}
    assert {"id": "report", "question": _report_question(detail), "answer": "flu"} in detail[
        "answers"
    ]


def _report_question(detail: dict[str, list[dict[str, str]]]) -> str:
    return next(a["question"] for a in detail["answers"] if a["id"] == "report")


async def test_hanging_up_gives_a_receipt_and_another_chance(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await connect(town, phone, entry_id)
    await asyncio.sleep(0.1)
    await phone.wire.say(HangUp())
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.next) == ("calling", "retry")
    assert json.loads(receipt.body)["arrived_at"] is not None


async def test_disk_full_touches_the_recording_only(town: Town, duty: Staff) -> None:
    town.engine.fail_recordings = "disk_full"
    console = await duty.socket()
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    notice = await console.expect("error")
    assert notice.code == "disk_full" and not notice.fatal
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    receipt = await phone.wire.expect("receipt")
    assert receipt.state == "present"
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert detail["recordings"][0]["state"] == "failed"


async def test_the_console_sees_the_session_live_and_then_present(town: Town, duty: Staff) -> None:
    console = await duty.socket()
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    while not (live := await console.expect("live_changed")).sessions:
        pass
    assert (live.sessions[0].entry_id, live.sessions[0].subject_name) == (entry_id, "ann")
    await look(town, peer, 4)
    while (await console.expect("entry_changed")).state != "present":
        pass
