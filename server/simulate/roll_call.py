"""``rollcall simulate roll-call``: the 09:00 round of a whole county, with nobody at the desk.

Terminals are real clients with real media; an automatic officer confirms what the system proposes
and nothing else, so nobody is ever recorded absent. Some terminals are signed in and stay silent,
some are not even switched on; at the end what was simulated is held against what was recorded.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from roll_call.entry_state import EntryState
from server.simulate.automatic_officer import AutomaticOfficer
from server.simulate.demo_seed import first_administrator
from server.simulate.embedded import EmbeddedServer
from server.simulate.load.footage import Footage, footage
from server.simulate.onlooker import Onlooker
from server.simulate.staff import StaffClient
from server.simulate.terminals import Office, Terminal, call_all, make_offices

SIZE, FRAMES_PER_S, BITRATE_BPS = (320, 240), 10, 150_000
_CAPACITY = "ROLLCALL_MEDIA__MAX_TERMINALS"
_ONLOOKERS = 2
_SIGN_INS_AT_ONCE = 5
_RECORDED_WITHIN_S = 15.0


class Part(StrEnum):
    """What a simulated terminal does."""

    ANSWERS = "answers"
    SILENT = "silent"
    OFFLINE = "offline"


RECORDED_AS = {
    Part.ANSWERS: EntryState.PRESENT,
    Part.SILENT: EntryState.REVIEW,
    Part.OFFLINE: EntryState.REVIEW,
}
"""The only record that is right: who did not answer is for an officer to look into."""


@dataclass(frozen=True, slots=True)
class RollCallRequest:
    """``answer_rate`` of the units' terminals answer; the same ``seed`` picks the same ones."""

    units: int
    answer_rate: float
    seed: int = 1
    data: Path | None = None


def parts(request: RollCallRequest) -> list[Part]:
    """What each unit does, in calling order; the others are silent and offline by turns."""
    answering = round(request.units * request.answer_rate)
    others = [Part.SILENT if n % 2 == 0 else Part.OFFLINE for n in range(request.units - answering)]
    cast = [*([Part.ANSWERS] * answering), *others]
    random.Random(request.seed).shuffle(cast)
    return cast


async def simulate_roll_call(request: RollCallRequest) -> dict[str, Any]:
    """Run it and return the report that the command prints."""
    cast = parts(request)
    with tempfile.TemporaryDirectory(prefix="rollcall-round-") as folder:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(
                EmbeddedServer(
                    request.data or Path(folder), environment={_CAPACITY: str(request.units)}
                )
            )
            staff = await stack.enter_async_context(StaffClient(server.ready.url))
            password = token_urlsafe(16)
            await first_administrator(staff, server.ready.setup_code or "", password)
            await staff.sign_in("admin", password)
            offices = await make_offices(staff, request.units)
            terminals = await _switched_on(stack, server.ready.url, offices, cast)
            onlookers = [
                await stack.enter_async_context(Onlooker(staff)) for _ in range(_ONLOOKERS)
            ]
            return await _round(server, staff, onlookers, terminals, dict(_by_unit(offices, cast)))


def _by_unit(offices: Sequence[Office], cast: Sequence[Part]) -> list[tuple[str, Part]]:
    return [(office.unit_id, part) for office, part in zip(offices, cast, strict=True)]


async def _switched_on(
    stack: AsyncExitStack, url: str, offices: Sequence[Office], cast: Sequence[Part]
) -> list[Terminal]:
    """The terminals are signed in before the roll-call opens; returns those that will answer."""
    film: Footage = footage("VP8", SIZE, FRAMES_PER_S, BITRATE_BPS, somebody=True)
    turns = asyncio.Semaphore(_SIGN_INS_AT_ONCE)

    async def switch_on(office: Office, part: Part) -> Terminal | None:
        if part is Part.OFFLINE:
            return None
        async with turns:
            terminal = await stack.enter_async_context(Terminal(url, office, film))
            await terminal.connect()
        if part is Part.ANSWERS:
            return terminal
        terminal.stay_silent()
        return None

    pairs = zip(offices, cast, strict=True)
    on = await asyncio.gather(*(switch_on(office, part) for office, part in pairs))
    return [terminal for terminal in on if terminal is not None]


async def _round(
    server: EmbeddedServer,
    staff: StaffClient,
    onlookers: Sequence[Onlooker],
    terminals: Sequence[Terminal],
    cast: Mapping[str, Part],
) -> dict[str, Any]:
    answering = [asyncio.create_task(terminal.answer_call()) for terminal in terminals]
    cpu_before_s = server.cpu_s()
    opened = time.monotonic()
    roll_call = await call_all(staff, list(cast))
    connected = asyncio.create_task(_all_connected(answering, opened))
    officer = AutomaticOfficer(staff, onlookers[0], roll_call["id"])
    conducted = await officer.conduct()
    elapsed_s = time.monotonic() - opened
    preconnected_s = await connected
    recorded = await _recorded(staff, roll_call["id"], cast)
    changes = [latency for onlooker in onlookers for latency in conducted.latencies_ms(onlooker)]
    expected = len(conducted.decisions) * len(onlookers)
    return {
        "units": len(cast),
        "answering": len(terminals),
        **outcome(recorded, cast),
        "elapsed_s": round(elapsed_s, 2),
        "seconds_per_unit": round(conducted.seconds_per_unit, 3),
        "preconnected_s": round(preconnected_s, 2),
        "state_change_ms": {**spread(changes), "untold": expected - len(changes)},
        "turns": conducted.turns,
        "proposals": dict(conducted.proposals),
        "cpu_s": round(server.cpu_s() - cpu_before_s, 2),
        "peak_rss_mb": round(server.peak_rss_mb(), 1),
    }


async def _all_connected(answering: Sequence[asyncio.Task[None]], opened: float) -> float:
    """Seconds until the last one sends its picture. Raises what went wrong with any."""
    await asyncio.gather(*answering)
    return time.monotonic() - opened


async def _recorded(
    staff: StaffClient, roll_call_id: str, cast: Mapping[str, Part]
) -> list[dict[str, Any]]:
    """The entries once nothing is under way any more, or as they stand after 15 s."""
    until = time.monotonic() + _RECORDED_WITHIN_S
    settled = {EntryState.PRESENT, EntryState.ABSENT, EntryState.EXCUSED, EntryState.REVIEW}
    while True:
        entries: list[dict[str, Any]] = await staff.request(
            "GET", f"/api/roll-calls/{roll_call_id}/entries"
        )
        done = len(entries) == len(cast) and all(e["state"] in settled for e in entries)
        if done or time.monotonic() > until:
            return entries
        await asyncio.sleep(0.1)


def outcome(recorded: Sequence[Mapping[str, Any]], cast: Mapping[str, Part]) -> dict[str, Any]:
    """How many entries stand in each state, and how many of them should not."""
    states = {entry["subject_id"]: entry["state"] for entry in recorded}
    wrong = [unit for unit, part in cast.items() if states.get(unit) != RECORDED_AS[part]]
    return {
        "states": dict(sorted(Counter(states.values()).items())),
        "mismatches": len(wrong),
    }


def spread(values_ms: Sequence[float]) -> dict[str, float]:
    """Median and the value that one in a hundred exceeds, milliseconds."""
    ordered = sorted(values_ms)
    if not ordered:
        return {}
    rank = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99)]
    return {"median": round(rank[0], 1), "p99": round(rank[1], 1)}
