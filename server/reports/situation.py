"""What is known now, for the alerts: read from the store, the terminals and the disk."""

import asyncio
import shutil
from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path

from roll_call.alerts import Alert, Limits, Situation, alerts
from roll_call.call import RollCallState
from roll_call.daily_figures import FiguresStatus, form_on
from roll_call.entry import EntryState
from roll_call.people import SubjectKind
from roll_call.ports.store import Records
from server.instants import day_bounds
from server.services import Services

GIGABYTE = 1_000_000_000
RINGING = frozenset({EntryState.PENDING, EntryState.CALLING})
NOT_HANDED_IN = frozenset({FiguresStatus.MISSING, FiguresStatus.DRAFT})


async def current_alerts(services: Services, scope: Collection[str] | None) -> tuple[Alert, ...]:
    """Of the units in scope; the disk and missed roll-calls are the whole center's."""
    chosen = services.settings.reports
    free_gb = await asyncio.to_thread(_free_gb, services.data_dir) if scope is None else None
    offline, exceptions = _terminals(services)
    situation = await services.store.read(
        lambda r: _read(r, services, scope, offline, exceptions, free_gb)
    )
    return alerts(situation, Limits(chosen.unanswered_times, chosen.disk_low_gb))


def _free_gb(folder: Path) -> float:
    return shutil.disk_usage(folder).free / GIGABYTE


def _terminals(services: Services) -> tuple[set[str], dict[str, str]]:
    states = services.terminals.all()
    offline = {state.unit_id for state in states if not state.connected}
    return offline, {s.unit_id: s.exception.reason.value for s in states if s.exception}


def _read(
    records: Records,
    services: Services,
    scope: Collection[str] | None,
    offline: set[str],
    exceptions: dict[str, str],
    free_gb: float | None,
) -> Situation:
    now, zone = services.clock.now(), services.settings.zone
    today = now.astimezone(zone).date()

    def mine(unit_id: str) -> bool:
        return scope is None or unit_id in scope

    days = services.settings.reports.unanswered_days
    unanswered = records.reports.unanswered(now - timedelta(days=days), now)
    start, end = day_bounds(today, zone)
    calls = records.calls.roll_calls_between(start, end) if scope is None else ()
    return Situation(
        called={unit for unit in _called(records) if mine(unit)},
        offline=offline,
        exceptions={unit: why for unit, why in exceptions.items() if mine(unit)},
        missed=[call.id for call in calls if call.state is RollCallState.MISSED],
        cases=len(records.calls.review_cases(scope)),
        unanswered={unit: times for unit, times in unanswered if mine(unit)},
        figures_missing=[u for u in _without_figures(records, today, now, services) if mine(u)],
        free_gb=free_gb,
    )


def _called(records: Records) -> set[str]:
    return {
        entry.subject.id
        for call in records.calls.roll_calls_in([RollCallState.OPEN])
        for entry in records.calls.entries(call.id)
        if entry.subject.kind is SubjectKind.UNIT and entry.state in RINGING
    }


def _without_figures(records: Records, today: date, now: datetime, services: Services) -> list[str]:
    form = form_on(records.figures.forms(), today)
    if form is None or now < form.deadline_on(today, services.settings.zone):
        return []
    return [u for u, status in records.figures.status(today).items() if status in NOT_HANDED_IN]
