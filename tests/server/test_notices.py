"""Text notices with receipt, instant replies, the emergency call: sent, seen, counted."""

import asyncio
import json
from typing import Any

from server.messages import ServerMessage
from server.notice_messages import InstantReply, NoticeSeen
from tests.server.conftest import bound_phone, start_roll_call
from tests.server.town import Staff, Town, Wire


async def terminal(town: Town, unit: str) -> Wire:
    """The duty terminal of an office, welcomed."""
    staff = Staff(town)
    await staff.sign_in(unit)
    wire = await staff.socket("terminal")
    await wire.expect("welcome")
    return wire


async def progress(wire: Wire, **wanted: int) -> ServerMessage:
    """Read on until a notice has come so far."""
    while True:
        message = await wire.expect("notice_progress")
        if all(getattr(message, name) == value for name, value in wanted.items()):
            return message  # type: ignore[no-any-return]


async def test_a_notice_reaches_terminals_and_is_counted(town: Town, duty: Staff) -> None:
    east = await terminal(town, "east")
    console = await duty.socket()
    await console.expect("welcome")
    body = {"text": "Roll-call in five minutes", "to": "units", "asks": "on_time"}
    sent = await duty.post("/api/notices", body)
    assert (sent["total"], sent["delivered"], sent["seen"]) == (2, 1, 0)
    notice = await east.expect("notice")
    assert (notice.text, notice.asks, notice.office) == (body["text"], "on_time", "Lin County 临县")
    await east.say(NoticeSeen(notice_id=notice.id, answer="on_time"))
    await progress(console, total=2, seen=1)
    west = await terminal(town, "west")
    late = await west.expect("notice")
    await west.say(NoticeSeen(notice_id=late.id, answer="exception"))
    assert (await west.expect("error")).code == "exception_needs_note"
    await west.say(NoticeSeen(notice_id=late.id, answer="exception", note="camera broken"))
    await progress(console, seen=2, exceptions=1)
    detail = await duty.get(f"/api/notices/{sent['id']}")
    said = {r["name"]: (r["answer"], r["note"]) for r in detail["receivers"]}
    assert said == {"east office": ("on_time", ""), "west office": ("exception", "camera broken")}
    bell = await console.expect("bell")
    assert bell.item.notice == "exception_reported" and "west office" in bell.item.text


async def test_who_has_not_seen_it_is_reminded(town: Town, duty: Staff) -> None:
    east = await terminal(town, "east")
    sent = await duty.post("/api/notices", {"text": "Read this", "to": "units"})
    first = await east.expect("notice")
    await duty.post(f"/api/notices/{sent['id']}/remind")
    again = await east.expect("notice")
    assert (first.reminder, again.reminder, again.id) == (False, True, first.id)
    await east.say(NoticeSeen(notice_id=first.id))
    for _ in range(100):
        if (await duty.get(f"/api/notices/{sent['id']}"))["notice"]["seen"]:
            break
        await asyncio.sleep(0.02)
    await duty.post(f"/api/notices/{sent['id']}/remind")
    detail = await duty.get(f"/api/notices/{sent['id']}")
    assert {r["name"]: r["reminded"] for r in detail["receivers"]} == {
        "east office": 1,
        "west office": 2,
    }


async def test_an_office_sees_only_its_own_receivers(town: Town, duty: Staff) -> None:
    sent = await duty.post("/api/notices", {"text": "To both", "to": "units"})
    east = Staff(town)
    await east.sign_in("east")
    detail = await east.get(f"/api/notices/{sent['id']}")
    assert [r["name"] for r in detail["receivers"]] == ["east office"]
    assert detail["notice"]["total"] == 1
    chosen = {"text": "x", "to": "units", "unit_ids": [town.ids["west"]]}
    status, _ = await east.ask("POST", "/api/notices", chosen)
    assert status == 403


async def test_an_instant_roll_call_is_answered_at_once_and_shown(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    console = await duty.socket()
    await console.expect("welcome")
    ask = {"person_ids": [town.ids["ann"], town.ids["bob"]], "ask_reply": "Where are you?"}
    call = await duty.post("/api/roll-calls", ask)
    notice = await phone.wire.expect("notice")
    assert notice.asks == "reply" and notice.entry_id
    place = {"latitude": 37.9, "longitude": 112.5, "accuracy_m": 35.0}
    await phone.wire.say(InstantReply(entry_id=notice.entry_id, health="unwell", **place))
    reply = await console.expect("reply_received")
    assert (reply.entry_id, reply.health, reply.accuracy_m) == (notice.entry_id, "unwell", 35.0)
    entries = {
        e["subject_name"]: e for e in await duty.get(f"/api/roll-calls/{call['id']}/entries")
    }
    assert entries["ann"]["reply"]["health"] == "unwell" and entries["ann"]["state"] == "arrived"
    assert entries["bob"]["reply"] is None and entries["bob"]["state"] == "calling"
    log = await town.services.store.read(lambda r: r.log.after(0, 5000))
    assert "112.5" not in json.dumps([dict(row.payload or {}) for row in log])


async def test_nobody_answers_for_somebody_else(town: Town, duty: Staff) -> None:
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    phone = await bound_phone(town, duty, town.ids["bob"])
    await phone.enter()
    await phone.wire.say(InstantReply(entry_id=entry_id, health="good"))
    assert (await phone.wire.expect("error")).code == "unknown_entry"


async def test_one_emergency_call_rings_and_tells_all_below(town: Town, duty: Staff) -> None:
    east = await terminal(town, "east")
    body: dict[str, Any] = {"text": "Flood warning", "unit_ids": [town.ids["center"]]}
    made = await duty.post("/api/emergency-calls", body)
    notice = await east.expect("notice")
    assert notice.urgent and notice.text == "Flood warning"
    entries = await duty.get(f"/api/roll-calls/{made['roll_call']['id']}/entries")
    assert {e["subject_name"] for e in entries} == {"east office", "west office"}
    assert made["notice"]["total"] == 2


async def test_the_bell_counts_until_it_is_read(town: Town, duty: Staff) -> None:
    await start_roll_call(duty, town.ids["ann"])
    for _ in range(200):
        board = await duty.get("/api/bells")
        if board["unread"]:
            break
        await asyncio.sleep(0.02)
    assert board["unread"] == 1 and board["items"][0]["notice"] == "roll_call_opened"
    await duty.post("/api/bells/seen")
    assert (await duty.get("/api/bells"))["unread"] == 0
