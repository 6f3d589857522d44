"""What became of roll-calls: opened in time or late, missed, called off; and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roll_call.call import PUNCTUAL, RollCall, RollCallState
from roll_call.ports.store import Records
from server.outages import Outage, known_outages


class Outcome(StrEnum):
    """已排期 按时 迟开 错过 取消."""

    UPCOMING = "upcoming"
    OPENED = "opened"
    LATE = "late"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Cause(StrEnum):
    """Why a roll-call opened late or not at all: we were not there, or it was made too late."""

    SERVER_DOWN = "server_down"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class Happened:
    """``late_s``: by how much it opened late, 0 within the punctual minute. ``cause`` is given for
    what was late or missed. ``made_up_by``: the roll-call that made up for this missed one;
    ``made_up_for``: the missed one that this one makes up."""

    outcome: Outcome
    opened_at: datetime | None
    late_s: int
    cause: Cause | None
    made_up_by: str | None
    made_up_for: str | None


def happened(records: Records, roll_calls: Iterable[RollCall]) -> Mapping[str, Happened]:
    """By roll-call."""
    calls = list(roll_calls)
    ids = [each.id for each in calls]
    opened = records.call_lists.openings(ids)
    made_up = records.call_lists.made_up_by(ids)
    origins = records.call_lists.origins(ids)
    outages = known_outages(records)
    return {
        each.id: _one(
            each,
            opened.get(each.id),
            outages,
            made_up.get(each.id),
            origins[each.id].made_up_for if each.id in origins else None,
        )
        for each in calls
    }


def _one(
    roll_call: RollCall,
    opened_at: datetime | None,
    outages: list[Outage],
    made_up_by: str | None,
    made_up_for: str | None,
) -> Happened:
    late = opened_at is not None and opened_at - roll_call.opens_at > PUNCTUAL
    late_s = round((opened_at - roll_call.opens_at).total_seconds()) if late and opened_at else 0
    outcome = _outcome(roll_call, late)
    cause = None
    if outcome in {Outcome.LATE, Outcome.MISSED}:
        until = opened_at or roll_call.closes_at
        down = any(o.start < until and o.end > roll_call.opens_at for o in outages)
        cause = Cause.SERVER_DOWN if down else Cause.DELAYED
    return Happened(outcome, opened_at, late_s, cause, made_up_by, made_up_for)


def _outcome(roll_call: RollCall, late: bool) -> Outcome:
    match roll_call.state:
        case RollCallState.DRAFT | RollCallState.SCHEDULED:
            return Outcome.UPCOMING
        case RollCallState.MISSED:
            return Outcome.MISSED
        case RollCallState.CANCELLED:
            return Outcome.CANCELLED
        case _:
            return Outcome.LATE if late else Outcome.OPENED
