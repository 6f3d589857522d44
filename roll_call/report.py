"""What a roll-call came to (完成汇总): 应到 = 实到 + 请假 + 故障 + 未到 + 待核查 + 未完.

An absence is counted where an officer has recorded one, nowhere else. A device fault counts for
nobody and against nobody: rates are net of it, and open cases (待核查) are shown beside a rate and
never inside it, because nobody has judged them yet.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from statistics import median

from roll_call.entry import EntryState
from roll_call.people import SubjectKind
from roll_call.reasons import Reason

FAULTS = frozenset({Reason.DEVICE_FAULT, Reason.TECHNICAL_FAILURE})
"""设备故障: an entry excused for one of these is a fault of equipment, not a leave."""


class Standing(StrEnum):
    """The columns of every table: 实到 请假 故障 未到 待核查 未完, and 作废 beside them."""

    PRESENT = "present"
    LEAVE = "leave"
    FAULT = "fault"
    ABSENT = "absent"
    REVIEW = "review"
    WAITING = "waiting"
    VOID = "void"


@cache
def standing(state: EntryState, reason: Reason | None) -> Standing:
    """The column that an entry is counted in."""
    match state:
        case EntryState.EXCUSED:
            return Standing.FAULT if reason in FAULTS else Standing.LEAVE
        case EntryState.PRESENT | EntryState.ABSENT | EntryState.REVIEW | EntryState.VOID:
            return Standing(state.value)
        case _:
            return Standing.WAITING


@dataclass(frozen=True, slots=True)
class Tally:
    """Entries by column; a column without any is not in ``by``."""

    by: Mapping[Standing, int]

    def __getitem__(self, column: Standing) -> int:
        return self.by.get(column, 0)

    @property
    def expected(self) -> int:
        """应到: everybody listed but the voided."""
        return sum(number for column, number in self.by.items() if column is not Standing.VOID)

    @property
    def judged(self) -> int:
        """Those of whom an answer could be had and was judged: present or recorded as absent."""
        return self[Standing.PRESENT] + self[Standing.ABSENT]

    @property
    def response_rate(self) -> float | None:
        """应答率, 0 to 1, net of device faults, leaves and open cases; None where none is left."""
        return self[Standing.PRESENT] / self.judged if self.judged else None


def tally(columns: Iterable[Standing]) -> Tally:
    """Count."""
    return Tally(Counter(columns))


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One row of a roll-call's table, as the store reads it; moments are UTC.

    ``rang_at`` is the first ring, ``answered_at`` the first answer (a ticket, a terminal that
    picked up). ``note`` is the last decision's. ``corrected`` counts corrections, undos apart.
    """

    entry_id: str
    subject_kind: SubjectKind
    subject_id: str
    name: str
    unit_id: str
    state: EntryState
    reason: Reason | None
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    note: str = ""
    corrected: int = 0

    @property
    def standing(self) -> Standing:
        """The column it is counted in."""
        return standing(self.state, self.reason)

    @property
    def answer_s(self) -> float | None:
        """Seconds from the first ring to the answer; 0 where the answer came first."""
        if self.rang_at is None or self.answered_at is None:
            return None
        return max(0.0, (self.answered_at - self.rang_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Completion:
    """完成汇总. Seconds; None where there is nothing to measure (nobody rang, still running)."""

    tally: Tally
    started_at: datetime | None
    ended_at: datetime | None
    seconds_per_unit: float | None
    median_answer_s: float | None

    @property
    def took_s(self) -> float | None:
        """From the first ring to the end."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(0.0, (self.ended_at - self.started_at).total_seconds())


def completion(lines: Sequence[EntryLine], closed_at: datetime | None) -> Completion:
    """Sum a roll-call up; ``closed_at`` is when its window closed, None while it is open.

    It ended with the last decision where that came before the window closed; what is decided or
    corrected afterwards makes it no longer.
    """
    counted = tally(line.standing for line in lines)
    started = min((line.rang_at for line in lines if line.rang_at), default=None)
    decided = [line.settled_at for line in lines if line.settled_at and line.settled_by]
    open_left = counted[Standing.REVIEW] + counted[Standing.WAITING]
    ends = [closed_at] if closed_at else []
    if decided and not open_left:
        ends.append(max(decided))
    ended = min(ends, default=None)
    within = [at for at in decided if ended is not None and at <= ended]
    per_unit = None
    if started and ended and within:
        per_unit = max(0.0, (ended - started).total_seconds()) / len(within)
    return Completion(counted, started, ended, per_unit, median_answer(lines))


def median_answer(lines: Iterable[EntryLine]) -> float | None:
    """The median of the answers' seconds, whoever answered; None where nobody did."""
    answers = [line.answer_s for line in lines if line.answer_s is not None]
    return median(answers) if answers else None
