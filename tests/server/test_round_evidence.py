"""What a round sees of the offices: faces, stills, exceptions; evidence that decides nothing."""

import asyncio
from typing import Any

from roll_call.ports.media import RequestKeyframe, StartTap, StopTap
from roll_call.terminal import ExceptionReason, TerminalException
from tests.server.rounds import answered, entry_of, open_call, step, until
from tests.server.town import Staff, Town, face


async def enrol_officer(town: Town, name: str, shown: str) -> None:
    """Three pictures of an officer; ``FakeVerifier`` knows who is shown."""
    admin = Staff(town)
    await admin.sign_in("admin")
    picture = face(f"face of {shown} ".encode())
    path = f"/api/officers/{town.ids[f'officer_{name}']}/enrolment"
    await admin.post(path, {"pictures": [picture] * 3})


async def show(town: Town, peer: str, frame: bytes) -> None:
    """Whenever the server asks for a picture of this peer, this is what it gets."""
    asked = 0
    while True:
        wanted = town.engine.commands.count(RequestKeyframe(peer))
        if wanted > asked:
            asked = wanted
            town.engine.frame(peer, data=frame)
        await asyncio.sleep(0.01)


async def looked_at(town: Town, duty: Staff, frame: bytes, fits: Any) -> tuple[Any, str, str]:
    """The eastern office answers and shows itself until the view fits; entry, round, peer."""
    key, (first, _) = await open_call(town, duty)
    await step(duty, key, "call", entry_id=first)
    await answered(town, first)
    await until(duty, key, lambda v: entry_of(v, first)["live_since"])
    peer = town.services.desk.visit(first).place.peer  # type: ignore[union-attr]
    assert peer is not None
    showing = asyncio.create_task(show(town, peer, frame))
    try:
        view = await until(duty, key, lambda v: fits(entry_of(v, first)))
    finally:
        showing.cancel()
    return entry_of(view, first), key, peer


async def test_the_officer_of_the_unit_is_recognised_and_it_is_only_a_hint(
    town: Town, duty: Staff
) -> None:
    await enrol_officer(town, "east", "li")
    await enrol_officer(town, "west", "wang")
    seen, _, peer = await looked_at(town, duty, b"face of li ", lambda e: e["face"] == "recognised")
    assert (seen["recognised"]["name"], seen["recognised"]["expected"]) == ("East", False)
    assert seen["proposal"]["because"] == ["live", "recognised_no_roster"]
    assert seen["state"] == "in_session"
    taps = [c for c in town.engine.commands if isinstance(c, StartTap | StopTap)]
    assert taps.count(StartTap(peer)) == taps.count(StopTap(peer)) >= 2
    looks = town.verifier.glances
    await asyncio.sleep(2.0)
    assert town.verifier.glances == looks


async def test_officers_of_other_units_are_never_compared(town: Town, duty: Staff) -> None:
    await enrol_officer(town, "east", "li")
    await enrol_officer(town, "west", "wang")
    seen, _, _ = await looked_at(
        town, duty, b"face of wang ", lambda e: e["face"] == "unrecognised"
    )
    assert seen["recognised"] is None
    assert (seen["proposal"]["outcome"], seen["proposal"]["because"][1]) == (
        "present",
        "face_unrecognised",
    )


async def test_an_empty_room_is_seen_and_proposed_for_another_turn(town: Town, duty: Staff) -> None:
    seen, _, _ = await looked_at(town, duty, b"a chair", lambda e: e["face"] == "none")
    assert seen["proposal"] == {"outcome": "later", "reason": None, "because": ["nobody_seen"]}


async def test_a_still_is_kept_sealed_and_a_look_at_it_is_logged(town: Town, duty: Staff) -> None:
    key, (first, second) = await open_call(town, duty)
    status, data = await duty.ask(
        "POST", f"/api/roll-calls/{key}/round/snapshot", {"entry_id": second}
    )
    assert (status, data["error"]["code"]) == (409, "no_picture")
    await answered(town, first)
    await until(duty, key, lambda v: entry_of(v, first)["live_since"])
    peer = town.services.desk.visit(first).place.peer  # type: ignore[union-attr]
    showing = asyncio.create_task(show(town, peer or "", b"face"))
    await step(duty, key, "snapshot", entry_id=first)
    await step(duty, key, "confirm", entry_id=first, outcome="present")
    for _ in range(100):
        kept = await duty.get(f"/api/entries/{first}/snapshots")
        if len(kept) == 2:
            break
        await asyncio.sleep(0.05)
    showing.cancel()
    assert [one["why"] for one in kept] == ["asked", "confirmed"]
    path = f"/api/entries/{first}/snapshots/{kept[0]['id']}"
    assert await duty.ask("GET", path) == (200, b"still")
    west = Staff(town)
    await west.sign_in("west")
    assert (await west.ask("GET", path))[0] == 403
    rows = await town.services.store.read(lambda r: r.log.after(0, 2000))
    assert any(row.kind == "snapshot.viewed" for row in rows)
    for file in town.data.glob("rollcall.db*"):
        assert b"still" not in file.read_bytes().replace(b"still kept", b"")


async def test_a_reported_device_fault_is_excused_and_never_unanswered(
    town: Town, duty: Staff
) -> None:
    key, (first, second) = await open_call(town, duty)
    told = TerminalException(ExceptionReason.DEVICE_FAULT, "camera", town.clock.now())
    await town.services.terminals.excepted(town.ids["east"], told, "officer/x")
    view = await until(duty, key, lambda v: entry_of(v, first)["exception"] is not None)
    assert entry_of(view, first)["proposal"] == {
        "outcome": "excused",
        "reason": "device_fault",
        "because": ["exception_told"],
    }
    view = await step(duty, key, "finish")
    assert entry_of(view, first)["reason"] == "technical_failure"
    assert entry_of(view, second)["reason"] == "unanswered"


async def test_a_live_office_nobody_decided_goes_to_review(town: Town, duty: Staff) -> None:
    key, (first, _) = await open_call(town, duty)
    await step(duty, key, "take")
    terminal = await answered(town, first)
    await until(duty, key, lambda v: entry_of(v, first)["state"] == "in_session")
    view = await step(duty, key, "finish")
    assert (entry_of(view, first)["state"], entry_of(view, first)["reason"]) == (
        "review",
        "inconclusive",
    )
    assert (await terminal.expect("receipt")).next == "officer_will_call"


async def test_what_the_office_reported_needs_no_typing(town: Town, duty: Staff) -> None:
    key, (first, second) = await open_call(town, duty)
    told = TerminalException(ExceptionReason.ROOM_TAKEN, "", town.clock.now())
    await town.services.terminals.excepted(town.ids["east"], told, "officer/x")
    excused = {"outcome": "excused", "reason": "other"}
    view = await step(duty, key, "confirm", entry_id=first, **excused)
    assert entry_of(view, first)["state"] == "excused"
    body = {"entry_id": second, **excused}
    status, data = await duty.ask("POST", f"/api/roll-calls/{key}/round/confirm", body)
    assert (status, data["error"]["code"]) == (400, "note_required")


async def test_an_office_whose_decision_was_undone_may_answer_again(
    town: Town, duty: Staff
) -> None:
    key, (first, _) = await open_call(town, duty)
    await step(duty, key, "confirm", entry_id=first, outcome="excused", reason="leave")
    await duty.post(f"/api/entries/{first}/undo")
    await answered(town, first)
    view = await until(duty, key, lambda v: entry_of(v, first)["connection"] == "live")
    assert entry_of(view, first)["proposal"]["outcome"] == "present"


async def test_nobody_is_looked_at_before_somebody_conducts(town: Town, duty: Staff) -> None:
    key, (first, _) = await open_call(town, duty)
    await answered(town, first)
    await until(duty, key, lambda v: entry_of(v, first)["live_since"])
    await asyncio.sleep(1.0)
    assert not any(isinstance(c, StartTap) for c in town.engine.commands)
    await step(duty, key, "take")
    for _ in range(100):
        if any(isinstance(c, StartTap) for c in town.engine.commands):
            break
        await asyncio.sleep(0.03)
    else:
        raise AssertionError("nobody looks")
