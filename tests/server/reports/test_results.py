"""The results of a roll-call of units: on the page, kept as they went out, and as files."""

import asyncio
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from roll_call.notices import Notice
from server.bus import Told
from tests.server.town import Staff, Town

DEVIL = '=HYPERLINK("http://x","y")'


async def finished(town: Town, duty: Staff) -> tuple[str, dict[str, str]]:
    """Two offices, one answers, one has a device fault; returns the roll-call and its entries."""
    made = await duty.post(
        "/api/roll-calls",
        {"title": "早点名", "unit_ids": [town.ids["east"], town.ids["west"]]},
    )
    entries = await duty.get(f"/api/roll-calls/{made['id']}/entries")
    by_unit = {e["subject_id"]: e["id"] for e in entries}
    ids = {name: by_unit[town.ids[name]] for name in ("east", "west")}
    town.clock.forward(seconds=10)
    await decide(duty, ids["east"], "present", "by_eye")
    town.clock.forward(seconds=20)
    await decide(duty, ids["west"], "excused", "device_fault", "摄像头无画面")
    await duty.post(f"/api/roll-calls/{made['id']}/close")
    return made["id"], ids


async def decide(duty: Staff, entry: str, outcome: str, reason: str, note: str = "") -> None:
    body = {"outcome": outcome, "reason": reason, "note": note}
    await duty.post(f"/api/entries/{entry}/decision", body)


async def results(staff: Staff, roll_call: str) -> Any:
    return await staff.get(f"/api/roll-calls/{roll_call}/results")


async def test_completion_and_lines(town: Town, duty: Staff) -> None:
    roll_call, ids = await finished(town, duty)
    view = await results(duty, roll_call)
    done = view["table"]["completion"]
    tally = done["tally"]
    assert (tally["expected"], tally["present"], tally["fault"], tally["absent"]) == (2, 1, 1, 0)
    assert tally["response_rate"] == 1.0
    assert tally["reasons"] == {"fault.device_fault": 1}
    assert (done["took_s"], done["seconds_per_unit"]) == (30.0, 15.0)
    lines = {line["entry_id"]: line for line in view["table"]["lines"]}
    west = lines[ids["west"]]
    assert (west["settled_by"], west["note"]) == ("Duty", "摄像头无画面")
    assert west["standing"] == "fault"


async def test_the_final_table_is_kept_and_a_correction_revises_it(town: Town, duty: Staff) -> None:
    roll_call, ids = await finished(town, duty)
    correction = {"outcome": "absent", "reason": "off_post", "note": "监控显示无人值守"}
    await duty.post(f"/api/entries/{ids['west']}/correction", correction)
    view = await results(duty, roll_call)
    assert [kept["kind"] for kept in view["kept"]] == ["final", "revised"]
    west = next(line for line in view["table"]["lines"] if line["entry_id"] == ids["west"])
    assert west["state"] == "absent"
    [corrected] = west["corrections"]
    assert (corrected["old_state"], corrected["old_reason"]) == ("excused", "device_fault")
    assert corrected["why"] == "监控显示无人值守"
    first = await town.services.store.read(
        lambda r: r.reports.kept_report(r.reports.kept(roll_call)[0].id)
    )
    assert first.body["completion"]["tally"]["fault"] == 1


async def test_nothing_is_revised_before_a_table_went_out(town: Town, duty: Staff) -> None:
    made = await duty.post("/api/roll-calls", {"unit_ids": [town.ids["east"]]})
    [entry] = await duty.get(f"/api/roll-calls/{made['id']}/entries")
    await decide(duty, entry["id"], "present", "by_eye")
    await duty.post(f"/api/entries/{entry['id']}/undo")
    assert (await results(duty, made["id"]))["kept"] == []


async def test_persons_are_kept_without_their_names(town: Town, duty: Staff) -> None:
    made = await duty.post("/api/roll-calls", {"person_ids": [town.ids["ann"]]})
    [entry] = await duty.get(f"/api/roll-calls/{made['id']}/entries")
    await decide(duty, entry["id"], "present", "other", "ann's word")
    await duty.post(f"/api/roll-calls/{made['id']}/close")
    kept = await town.services.store.read(
        lambda r: r.reports.kept_report(r.reports.kept(made["id"])[0].id)
    )
    assert "ann" not in str(kept.body)
    [line] = (await results(duty, made["id"]))["table"]["lines"]
    assert line["name"] == "ann"


async def test_an_office_sees_its_own_line_and_exports_nothing(town: Town, duty: Staff) -> None:
    roll_call, _ = await finished(town, duty)
    east = Staff(town)
    await east.sign_in("east")
    view = await results(east, roll_call)
    assert [line["subject_id"] for line in view["table"]["lines"]] == [town.ids["east"]]
    assert view["kept"] == [] and view["can_export"] is False
    status, _ = await east.ask("GET", f"/api/roll-calls/{roll_call}/results/export?format=xlsx")
    assert status == 403


async def test_excel_has_real_values_and_no_formula(town: Town, duty: Staff) -> None:
    root = Staff(town)
    await root.sign_in("admin")
    made = await root.post("/api/units", {"name": DEVIL, "kind": "judicial_office", "phone": ""})
    call = await duty.post("/api/roll-calls", {"title": "x", "unit_ids": [made["id"]]})
    [entry] = await duty.get(f"/api/roll-calls/{call['id']}/entries")
    await decide(duty, entry["id"], "present", "by_eye")
    path = f"/api/roll-calls/{call['id']}/results/export?format=xlsx&lang=en"
    status, data = await duty.ask("GET", path)
    assert status == 200
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    assert sheet["A1"].value == "Lin County 临县"
    [cell] = [c for row in sheet.iter_rows() for c in row if c.value == DEVIL]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    settled = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, datetime)]
    assert settled and settled[0].number_format == "yyyy-mm-dd hh:mm:ss"
    assert sheet.freeze_panes == f"B{cell.row}"
    seen = await town.services.store.read(lambda r: r.log.history("roll_call", call["id"]))
    assert "report.exported" in [row.kind for row in seen]


@pytest.mark.parametrize(("put", "code"), [(None, "font_missing"), (b"x", "font_hash_mismatch")])
async def test_without_the_font_it_says_what_to_do(
    town: Town,
    duty: Staff,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    put: bytes | None,
    code: str,
) -> None:
    monkeypatch.setenv("ROLLCALL_FONTS", str(tmp_path))
    if put is not None:
        (tmp_path / "NotoSansSC_400Regular.ttf").write_bytes(put)
    status, answer = await duty.ask("GET", "/api/reports/daily/export?format=pdf")
    assert (status, answer["error"]["code"]) == (503, code)
    assert str(tmp_path) in answer["error"]["message"]


async def test_printed(town: Town, duty: Staff) -> None:
    await finished(town, duty)
    status, data = await duty.ask("GET", "/api/reports/daily/export?format=pdf")
    assert status == 200 and data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")


async def test_officers_learn_that_a_table_went_out(town: Town, duty: Staff) -> None:
    told: list[Told] = []

    async def listen() -> None:
        async for events in town.services.bus.subscribe():
            told.extend(event for event in events if isinstance(event, Told))

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    roll_call, _ = await finished(town, duty)
    async with asyncio.timeout(10):
        while not any(event.notice is Notice.REPORT_OUT for event in told):
            await asyncio.sleep(0.01)
    listening.cancel()
    about = [event.about_id for event in told if event.notice is Notice.REPORT_OUT]
    assert about == [roll_call]
