"""What officers do to an entry: decide, correct, undo; the original stays on record."""

from tests.server.conftest import start_roll_call
from tests.server.town import Staff, Town

SEEN = {"outcome": "present", "reason": "by_eye", "note": "seen at the office"}


async def test_a_decision_is_final_and_changes_only_by_correction(town: Town, duty: Staff) -> None:
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    detail = await duty.post(f"/api/entries/{entry_id}/decision", SEEN)
    assert (detail["entry"]["state"], detail["entry"]["settled_by"]) == ("present", "Duty")
    assert not detail["can_decide"] and detail["can_correct"]
    status, data = await duty.ask("POST", f"/api/entries/{entry_id}/decision", SEEN)
    assert (status, data["error"]["code"]) == (409, "correction_required")
    changed = {"outcome": "excused", "reason": "leave", "note": "the leave came by paper"}
    detail = await duty.post(f"/api/entries/{entry_id}/correction", changed)
    assert (detail["entry"]["state"], detail["entry"]["reason"]) == ("excused", "leave")
    kinds = [item["kind"] for item in detail["timeline"]]
    assert "entry.officer_present" in kinds and "entry.corrected" in kinds
    corrected = next(i for i in detail["timeline"] if i["kind"] == "entry.corrected")
    assert corrected["params"]["old_state"] == "present"


async def test_an_absence_needs_a_ground_that_is_the_persons(town: Town, duty: Staff) -> None:
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    path = f"/api/entries/{entry_id}/decision"
    for body, code in (
        ({"outcome": "absent", "reason": "technical_failure"}, "reason_not_allowed"),
        ({"outcome": "absent", "reason": "nonsense"}, "reason_not_allowed"),
        ({"outcome": "absent", "reason": "other"}, "note_required"),
        ({"outcome": "wanted", "reason": "other", "note": "x"}, "invalid_input"),
    ):
        status, data = await duty.ask("POST", path, body)
        assert (status, data["error"]["code"]) == (400, code)
    body = {"outcome": "absent", "reason": "unanswered", "note": "called three times"}
    assert (await duty.post(path, body))["entry"]["state"] == "absent"


async def test_undo_within_ten_seconds_by_the_same_officer(town: Town, duty: Staff) -> None:
    call_id, entry_id = await start_roll_call(duty, town.ids["ann"])
    await duty.post(f"/api/roll-calls/{call_id}/close")
    before = (await duty.get(f"/api/entries/{entry_id}"))["entry"]
    detail = await duty.post(f"/api/entries/{entry_id}/decision", SEEN)
    assert detail["undo_until"] == "2026-11-20T01:00:10.000Z"
    judge = Staff(town)
    await judge.sign_in("judge")
    status, data = await judge.ask("POST", f"/api/entries/{entry_id}/undo")
    assert (status, data["error"]["code"]) == (409, "undo_expired")
    detail = await duty.post(f"/api/entries/{entry_id}/undo")
    assert (detail["entry"]["state"], detail["entry"]["reason"]) == ("review", before["reason"])
    await duty.post(f"/api/entries/{entry_id}/decision", SEEN)
    town.clock.forward(seconds=11)
    status, data = await duty.ask("POST", f"/api/entries/{entry_id}/undo")
    assert (status, data["error"]["code"]) == (409, "undo_expired")
    assert (await duty.get(f"/api/entries/{entry_id}"))["undo_until"] is None


async def test_a_roll_call_closes_when_the_last_case_is_decided(town: Town, duty: Staff) -> None:
    call_id, entry_id = await start_roll_call(duty, town.ids["ann"])
    await duty.post(f"/api/roll-calls/{call_id}/close")
    await duty.post(f"/api/entries/{entry_id}/decision", SEEN)
    assert (await duty.get(f"/api/roll-calls/{call_id}"))["state"] == "closed"


async def test_two_officers_at_once_decide_once(town: Town, duty: Staff) -> None:
    import asyncio

    judge = Staff(town)
    await judge.sign_in("judge")
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    path = f"/api/entries/{entry_id}/decision"
    other = {"outcome": "excused", "reason": "leave", "note": ""}
    results = await asyncio.gather(duty.ask("POST", path, SEEN), judge.ask("POST", path, other))
    assert sorted(status for status, _ in results) == [200, 409]
    decided = await town.services.store.read(lambda r: r.evidence.decisions_of(entry_id))
    assert len(decided) == 1


async def test_unknown_things_are_not_found(town: Town, duty: Staff) -> None:
    for path in (
        "/api/entries/nothing",
        "/api/roll-calls/nothing",
        "/api/persons/nothing",
        "/api/recordings/nothing/media",
        "/api/nothing",
    ):
        status, data = await duty.ask("GET", path)
        assert status == 404 and data["error"]["message"]
