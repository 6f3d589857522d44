"""The offices of the demonstration county: their officers, roster, list, figures and terminals."""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from server.simulate.cameras import read_picture
from server.simulate.county import OFFICE_LOGINS, Login
from server.simulate.load.footage import LOOP_S, Footage, footage_of
from server.simulate.portrait import PortraitActor
from server.simulate.staff import StaffClient, StaffFailure
from server.simulate.terminals import Office, Terminal, TerminalRefused

LIST = "全县司法所（演示）"
PLAN = "工作日早点名"
TITLE = "早点名（演示）"
ROSTER_DAYS = 7
SWITCHED_OFF = frozenset({7})
"""Offices whose terminal is not on: there is something to retry and to telephone about."""
FRAMES_PER_S, BITRATE_BPS = 10, 300_000
AGAIN_AFTER_S = 3.0
OPEN_MINUTES = 8 * 60
FIGURES = (
    ("supervised", "在册社区矫正对象", "Supervised persons", "number"),
    ("leave", "请假外出人数", "Persons on leave", "number"),
    ("visits", "今日走访人数", "Visits today", "number"),
    ("remarks", "其他情况", "Remarks", "text"),
)


async def seed_offices(
    staff: StaffClient, portraits: Mapping[str, Sequence[bytes]], offices: Sequence[str]
) -> None:
    """What a round needs beside the units; adds only what is missing."""
    officers = {o["username"]: o for o in await staff.request("GET", "/api/officers")}
    cast = list(portraits.values())
    for number, login in enumerate(OFFICE_LOGINS):
        officer = officers[login.username]
        if not officer["enrolled"]:
            pictures = cast[number % len(cast)]
            reason = "演示：多人共用一张肖像"
            await staff.enrol("officers", officer["id"], pictures, despite_duplicate=reason)
    await _roster(staff, officers)
    list_id = await _call_list(staff, offices)
    await _plan(staff, list_id)
    await _figures(staff)


async def open_round(staff: StaffClient) -> None:
    """Today's roll-call of the offices, for whoever wants to conduct it at once."""
    for roll_call in await staff.request("GET", "/api/roll-calls"):
        if roll_call["title"] == TITLE and roll_call["state"] == "open":
            return
    lists = await staff.request("GET", "/api/call-lists")
    list_id = next(one["id"] for one in lists if one["name"] == LIST)
    body = {"title": TITLE, "call_list_id": list_id, "minutes": OPEN_MINUTES}
    await staff.request("POST", "/api/roll-calls", body)


async def play_terminals(
    url: str,
    offices: Sequence[Office],
    portraits: Mapping[str, Path],
    say: Callable[[str], None],
) -> None:
    """Answer every call until cancelled."""
    films = [await asyncio.to_thread(film, path) for path in portraits.values()]
    async with asyncio.TaskGroup() as group:
        for number, office in enumerate(offices):
            if number not in SWITCHED_OFF:
                group.create_task(_terminal(url, office, films[number % len(films)], say))


def film(path: Path) -> Footage:
    """A few seconds of one portrait that sways and blinks."""
    actor = PortraitActor(read_picture(path), seed=7)
    moments = [number / FRAMES_PER_S for number in range(LOOP_S * FRAMES_PER_S)]
    # Forth and back again, so that the loop has no jump.
    half = [actor.frame(at_s) for at_s in moments[: len(moments) // 2]]
    return footage_of("VP8", [*half, *reversed(half)], FRAMES_PER_S, BITRATE_BPS)


async def _terminal(url: str, office: Office, shown: Footage, say: Callable[[str], None]) -> None:
    while True:
        try:
            async with Terminal(url, office, shown) as terminal:
                await terminal.connect()
                await terminal.answer_call(within_s=None)
                await terminal.over.wait()
        except (TerminalRefused, StaffFailure, TimeoutError, OSError) as error:
            say(f"  {office.username}: {error}")
        await asyncio.sleep(AGAIN_AFTER_S)


async def _roster(staff: StaffClient, officers: Mapping[str, Mapping[str, Any]]) -> None:
    """Twenty-four hours a day from this morning on, where nobody is on duty now."""
    now = await staff.request("GET", "/api/roster/now")
    gaps = {unit["unit_id"] for unit in now if not unit["on"]}
    shifts = [(login, False) for login in OFFICE_LOGINS]
    shifts += [(Login("duty", "", "", ""), False), (Login("leader", "", "", ""), True)]
    zone = ZoneInfo((await staff.request("GET", "/api/session"))["time_zone"])
    today = datetime.now(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(-1, ROSTER_DAYS)]
    for (login, leads), day in itertools.product(shifts, days):
        officer = officers[login.username]
        if officer["unit_id"] not in gaps:
            continue
        body = {"unit_id": officer["unit_id"], "officer_id": officer["id"], "leader": leads}
        hours = {"day": day.isoformat(), "starts": "08:30", "ends": "08:30"}
        await staff.request("POST", "/api/roster/shifts", {**body, **hours})


async def _call_list(staff: StaffClient, offices: Sequence[str]) -> str:
    for one in await staff.request("GET", "/api/call-lists"):
        if one["name"] == LIST:
            return str(one["id"])
    body = {"name": LIST, "subject_kind": "unit", "subject_ids": list(offices)}
    return str((await staff.request("POST", "/api/call-lists", body))["id"])


async def _plan(staff: StaffClient, list_id: str) -> None:
    if any(plan["title"] == PLAN for plan in await staff.request("GET", "/api/plans")):
        return
    when = {"days": "workdays", "starts": "09:00", "duration_minutes": 30}
    body = {"title": PLAN, "subject_kind": "unit", "call_list_id": list_id, **when}
    await staff.request("POST", "/api/plans", body)


async def _figures(staff: StaffClient) -> None:
    forms = await staff.request("GET", "/api/figures/form")
    if forms["current"] or forms["coming"]:
        return
    fields = [
        {
            **{"key": key, "label_zh": zh, "label_en": en, "kind": kind},
            **dict.fromkeys(("required", "summed"), kind == "number"),
        }
        for key, zh, en, kind in FIGURES
    ]
    body = {"deadline": "17:00", "unit_kinds": ["judicial_office"], "fields": fields}
    await staff.request("PUT", "/api/figures/form", body)
