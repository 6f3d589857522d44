"""Alerts (预警): what needs a hand now.

A signal of the system, never a warning to anybody (警告 is a sanction), never about guilt: a unit
that cannot be reached may need help.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AlertKind(StrEnum):
    """The most urgent first."""

    DISK_LOW = "disk_low"
    TERMINAL_OFFLINE = "terminal_offline"
    TERMINAL_EXCEPTION = "terminal_exception"
    CALL_MISSED = "call_missed"
    CASES_WAITING = "cases_waiting"
    UNANSWERED = "unanswered"
    FIGURES_MISSING = "figures_missing"


@dataclass(frozen=True, slots=True)
class Alert:
    """``number``: times, cases or gigabytes; ``unit_id`` or ``roll_call_id`` where it is about one.

    ``code`` is the reason that an office gave itself.
    """

    kind: AlertKind
    unit_id: str | None = None
    roll_call_id: str | None = None
    number: float | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a center chose: so many unanswered calls in so many days; gigabytes of free space."""

    unanswered_times: int = 3
    disk_low_gb: float = 5.0


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known at one moment.

    ``called``: units that are being called now. ``offline``: units whose terminal was here before
    and is not. ``exceptions``: by unit, the reason that the office reported. ``figures_missing``:
    units past the deadline without figures. ``unanswered``: by unit, calls of the last days.
    """

    called: Collection[str] = ()
    offline: Collection[str] = ()
    exceptions: Mapping[str, str] = field(default_factory=dict)
    missed: Collection[str] = ()
    cases: int = 0
    unanswered: Mapping[str, int] = field(default_factory=dict)
    figures_missing: Collection[str] = ()
    free_gb: float | None = None


def alerts(now: Situation, limits: Limits) -> tuple[Alert, ...]:
    """The most urgent kind first; within a kind, the greater number first.

    An office that reported an exception itself is not called offline or unanswered on top of it.
    """
    found: list[Alert] = []
    if now.free_gb is not None and now.free_gb < limits.disk_low_gb:
        found.append(Alert(AlertKind.DISK_LOW, number=round(now.free_gb, 1)))
    explained = set(now.exceptions)
    found += [
        Alert(AlertKind.TERMINAL_OFFLINE, unit_id=unit)
        for unit in sorted(set(now.called) & set(now.offline) - explained)
    ]
    found += [
        Alert(AlertKind.TERMINAL_EXCEPTION, unit_id=unit, code=now.exceptions[unit])
        for unit in sorted(explained)
    ]
    found += [Alert(AlertKind.CALL_MISSED, roll_call_id=call) for call in sorted(now.missed)]
    if now.cases:
        found.append(Alert(AlertKind.CASES_WAITING, number=now.cases))
    often = [
        (times, unit)
        for unit, times in now.unanswered.items()
        if times >= limits.unanswered_times and unit not in explained
    ]
    found += [
        Alert(AlertKind.UNANSWERED, unit_id=unit, number=times)
        for times, unit in sorted(often, key=lambda row: (-row[0], row[1]))
    ]
    found += [Alert(AlertKind.FIGURES_MISSING, unit_id=u) for u in sorted(now.figures_missing)]
    return tuple(found)
