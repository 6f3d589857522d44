"""RollCall (点名): one round over a list of subjects inside a window, and its machine.

See docs/state-machines.md. ``opening_due`` is no row: its guard chooses ``open`` or ``missed``.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from roll_call import call_events as on
from roll_call.effects import (
    CheckSettled,
    CloseEntries,
    Effects,
    Notify,
    ReportKind,
    SendReport,
    StartEntries,
    VoidEntries,
)
from roll_call.errors import InvalidInput
from roll_call.notices import Audience, Notice
from roll_call.policy import Policy
from roll_call.transitions import Table

PUNCTUAL = timedelta(seconds=60)
"""An opening within this counts as in time: the timer's own beat is nobody's lateness."""


class RollCallState(StrEnum):
    """草稿 已排期 进行中 中断 收尾, and the finals 结束 错过 取消."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSING = "closing"
    CLOSED = "closed"
    MISSED = "missed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more can happen to it."""
        return self in {self.CLOSED, self.MISSED, self.CANCELLED}

    @property
    def window_open(self) -> bool:
        """Whether subjects may still check in as a matter of course."""
        return self in {self.OPEN, self.SUSPENDED}


@dataclass(frozen=True, slots=True)
class RollCall:
    """``opens_at`` and ``closes_at`` bound the window; ``plan_id`` is None when called by hand.

    ``deadline_at`` (indexed) is the moment of the next timer, see ``timer_event``. Raises
    InvalidInput(empty_window) unless the window has a length.
    """

    id: str
    title: str
    opens_at: datetime
    closes_at: datetime
    state: RollCallState = RollCallState.DRAFT
    plan_id: str | None = None
    created_by: str | None = None
    suspended_at: datetime | None = None
    deadline_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.closes_at <= self.opens_at:
            raise InvalidInput("empty_window")


ROLL_CALL_TABLE: Table[RollCallState] = Table(
    "roll_call",
    {
        RollCallState.DRAFT: {
            "schedule": RollCallState.SCHEDULED,
            "cancel": RollCallState.CANCELLED,
        },
        RollCallState.SCHEDULED: {
            "open": RollCallState.OPEN,
            "missed": RollCallState.MISSED,
            "cancel": RollCallState.CANCELLED,
        },
        RollCallState.OPEN: {
            "suspend": RollCallState.SUSPENDED,
            "window_closed": RollCallState.CLOSING,
            "cancel": RollCallState.CANCELLED,
        },
        RollCallState.SUSPENDED: {
            "resume": RollCallState.OPEN,
            "suspend_limit": RollCallState.CLOSING,
            "cancel": RollCallState.CANCELLED,
        },
        RollCallState.CLOSING: {
            "all_settled": RollCallState.CLOSED,
            "report_cut_off": RollCallState.CLOSING,
        },
    },
)
"""Every defined pair; final states have none."""


def event_name(call: RollCall, event: on.RollCallEvent, policy: Policy, now: datetime) -> str:
    """The guards: the table's name for an event, also used in the log (``roll_call.<name>``)."""
    if not isinstance(event, on.OpeningDue):
        return event.name
    grace_s = policy.late_open_grace_s if event.late_open_s is None else event.late_open_s
    in_grace = now <= call.opens_at + max(timedelta(seconds=grace_s), PUNCTUAL)
    return "open" if in_grace and now < call.closes_at else "missed"


def apply(
    call: RollCall, event: on.RollCallEvent, policy: Policy, now: datetime
) -> tuple[RollCall, Effects]:
    """The roll-call after an event, and what has to be done.

    Raises IllegalTransition for an undefined pair.
    """
    name = event_name(call, event, policy, now)
    target = ROLL_CALL_TABLE.target(call.state, name)
    moved = replace(call, state=target, suspended_at=None)
    if target is RollCallState.SUSPENDED:
        moved = replace(moved, suspended_at=now)
    if call.suspended_at is not None and target is RollCallState.OPEN:
        moved = replace(moved, closes_at=call.closes_at + (now - call.suspended_at))
    deadline = None if name == "report_cut_off" else _deadline(moved, policy, now)
    return replace(moved, deadline_at=deadline), _effects(moved, name, event)


def timer_event(call: RollCall) -> on.RollCallTimer | None:
    """The event to apply when ``deadline_at`` has passed; None where no timer runs."""
    match call.state:
        case RollCallState.SCHEDULED:
            return on.OpeningDue()
        case RollCallState.OPEN:
            return on.WindowClosed()
        case RollCallState.SUSPENDED:
            return on.SuspendLimit()
        case RollCallState.CLOSING:
            return on.ReportCutOff()
        case _:
            return None


def _deadline(call: RollCall, policy: Policy, now: datetime) -> datetime | None:
    match call.state:
        case RollCallState.SCHEDULED:
            return call.opens_at
        case RollCallState.OPEN:
            return call.closes_at
        case RollCallState.SUSPENDED:
            return now + timedelta(seconds=policy.suspend_limit_s)
        case RollCallState.CLOSING:
            return now + timedelta(seconds=policy.report_cut_off_s)
        case _:
            return None


def _effects(call: RollCall, name: str, event: on.RollCallEvent) -> Effects:
    tell = Audience.OFFICERS
    match name:
        case "open":
            return (StartEntries(call.id), Notify(tell, call.id, Notice.ROLL_CALL_OPENED))
        case "missed":
            return (Notify(tell, call.id, Notice.ROLL_CALL_MISSED),)
        case "suspend":
            return (Notify(tell, call.id, Notice.ROLL_CALL_SUSPENDED),)
        case "resume":
            return (Notify(tell, call.id, Notice.ROLL_CALL_RESUMED),)
        case "window_closed" | "suspend_limit":
            held_up = name == "suspend_limit"
            return (CloseEntries(call.id, outage=held_up), CheckSettled(call.id))
        case "report_cut_off":
            return (SendReport(call.id, ReportKind.CUT_OFF),)
        case "all_settled":
            return (SendReport(call.id, ReportKind.FINAL),)
    if isinstance(event, on.Cancel):
        return (
            VoidEntries(call.id, event.officer_id),
            Notify(tell, call.id, Notice.ROLL_CALL_CANCELLED),
        )
    return ()
