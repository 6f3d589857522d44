"""``rollcall bench check-in``: several phones at once, one server, one console watching."""

import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from server.messages import Questions, ReceiptMessage, StepPassed, Ticket
from server.simulate.cameras import read_picture
from server.simulate.demo_seed import enrolment_pictures, first_administrator
from server.simulate.embedded import EmbeddedServer
from server.simulate.phone import Behaviour, Conversation, SimulatedPhone
from server.simulate.portrait import PortraitActor, portraits
from server.simulate.scenario import DuePerson, due_person
from server.simulate.staff import StaffClient
from server.simulate.viewer import SimulatedConsole

THINKS_S = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """One phone's run, with the monotonic moment at which its media was up."""

    conversation: Conversation
    media_up_s: float | None


async def bench_check_in(phones: int) -> dict[str, Any]:
    """Run ``phones`` cooperative check-ins at once; the figures and their conditions."""
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder:
        return await _measure(phones, Path(folder))


async def _measure(phones: int, folder: Path) -> dict[str, Any]:
    cast = list(portraits().values())
    async with EmbeddedServer(folder) as server, StaffClient(server.ready.url) as staff:
        password = token_urlsafe(16)
        await first_administrator(staff, server.ready.setup_code or "", password)
        await staff.sign_in("admin", password)
        persons = [
            await due_person(
                staff, enrolment_pictures(cast[i % len(cast)]), liveness=True, name=f"测试{i + 1}"
            )
            for i in range(phones)
        ]
        async with SimulatedConsole(staff, slots=phones) as console:
            await staff.request("POST", "/api/health/reset", {})
            cpu_before_s, started = server.cpu_s(), time.monotonic()
            runs = await asyncio.gather(
                *(
                    _phone(staff.url, person, cast[i % len(cast)], i)
                    for i, person in enumerate(persons)
                )
            )
            wall_s = time.monotonic() - started
            cpu_s = server.cpu_s() - cpu_before_s
            health = await staff.request("GET", "/api/health")
        entries = [
            await staff.request("GET", f"/api/entries/{person.entry_id}") for person in persons
        ]
    states = [entry["entry"]["state"] for entry in entries]
    return _report(runs, console, states, cpu_s, wall_s, health)


async def _phone(url: str, person: DuePerson, portrait: Path, seed: int) -> Run:
    phone = SimulatedPhone(url, person.device, Behaviour(thinks_s=THINKS_S))
    actor = PortraitActor(read_picture(portrait), seed=seed)
    conversation = await phone.check_in(actor, person.entry_id)
    return Run(conversation, phone.media_up_s)


def _report(
    runs: list[Run],
    console: SimulatedConsole,
    states: list[str],
    cpu_s: float,
    wall_s: float,
    health: dict[str, Any],
) -> dict[str, Any]:
    times = [run.conversation.timeline[-1][0] - _at(run, Ticket) for run in runs]
    tiles = [
        console.first_frame_s[run.conversation.session_id] - run.media_up_s
        for run in runs
        if run.media_up_s is not None and run.conversation.session_id in console.first_frame_s
    ]
    return {
        "phones": len(runs),
        "present": states.count("present"),
        "states": states,
        "ticket_to_receipt_median_s": round(statistics.median(times), 2),
        "ticket_to_receipt_max_s": round(max(times), 2),
        "machine_wait_median_s": round(statistics.median(_machine_wait_s(r) for r in runs), 2),
        "first_tile_s": [round(tile, 3) for tile in tiles],
        "server_cpu_s_per_check_in": round(cpu_s / len(runs), 2),
        "server_cpu_share": round(cpu_s / wall_s, 2),
        "loop_lag_p99_ms": health["loop_lag_p99_ms"],
    }


def _at(run: Run, kind: type) -> float:
    return run.conversation.moment_s(kind) or 0.0


def _machine_wait_s(run: Run) -> float:
    """From the last answer (or the last step, where nothing was asked) to the receipt."""
    asked = run.conversation.moment_s(Questions)
    answered = (asked + THINKS_S) if asked is not None else None
    steps = [at for at, said in run.conversation.timeline if isinstance(said, StepPassed)]
    last = answered if answered is not None else (steps[-1] if steps else 0.0)
    return _at(run, ReceiptMessage) - last
