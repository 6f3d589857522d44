"""Events of a roll-call."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Schedule:
    """The draft is put on the calendar."""

    name: ClassVar[str] = "schedule"


@dataclass(frozen=True, slots=True)
class Open:
    """An officer opens it now."""

    officer_id: str
    name: ClassVar[str] = "open"


@dataclass(frozen=True, slots=True)
class OpeningDue:
    """Timer: its time has come. Opens within the grace, is ``missed`` later.

    ``late_open_s``: the plan's own grace; None for ``policy.late_open_grace_s``.
    """

    late_open_s: float | None = None
    name: ClassVar[str] = "opening_due"


@dataclass(frozen=True, slots=True)
class Suspend:
    """An officer interrupts it; the window's clock stands still meanwhile."""

    officer_id: str
    name: ClassVar[str] = "suspend"


@dataclass(frozen=True, slots=True)
class Resume:
    """An officer takes it up again; the window is longer by the interruption."""

    officer_id: str
    name: ClassVar[str] = "resume"


@dataclass(frozen=True, slots=True)
class SuspendLimit:
    """Timer: suspended for ``policy.suspend_limit_s``."""

    name: ClassVar[str] = "suspend_limit"


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """Timer, or an officer who closes early: the window is over."""

    officer_id: str | None = None
    name: ClassVar[str] = "window_closed"


@dataclass(frozen=True, slots=True)
class AllSettled:
    """Every entry is final; the conductor says so when CheckSettled finds it."""

    name: ClassVar[str] = "all_settled"


@dataclass(frozen=True, slots=True)
class ReportCutOff:
    """Timer: the table goes out, with what is open marked as open."""

    name: ClassVar[str] = "report_cut_off"


@dataclass(frozen=True, slots=True)
class Cancel:
    """An officer calls it off: final entries stay as they are, the rest is voided."""

    officer_id: str
    name: ClassVar[str] = "cancel"


RollCallTimer = OpeningDue | SuspendLimit | WindowClosed | ReportCutOff
RollCallEvent = Schedule | Open | RollCallTimer | Suspend | Resume | AllSettled | Cancel
