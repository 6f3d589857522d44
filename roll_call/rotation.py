"""Rotation rules (轮值规则): whose turn it is on which day, and what that would change.

Nothing here knows a clock, a calendar or the center's zone: they come in as values.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from roll_call.errors import InvalidInput
from roll_call.planned_shift import MOST_RANKS, PlannedShift
from roll_call.schedule import DayKind

KindOf = Callable[[date], DayKind]
LONGEST_RANGE_DAYS = 400


class RotationCycle(StrEnum):
    """How long a turn lasts: one duty day, or a week from Monday to Sunday."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class RotationRule:
    """An ordered list of turns, each an officer or a pair (A first), taken again and again.

    ``starts`` and ``ends`` are local wall-clock times; a shift whose end is not after its start
    goes over midnight into the next day. Only days of ``day_kinds`` have a shift, and where the
    turn changes by the day only those count, so that a weekend costs nobody a turn. ``leader``
    makes shifts of the leader on duty (带班领导).

    Raises InvalidInput with title_required, no_turns, bad_turn, no_day_kinds, naive_time_expected.
    """

    id: str
    unit_id: str
    title: str
    turns: tuple[tuple[str, ...], ...]
    cycle: RotationCycle
    starts: time
    ends: time
    day_kinds: frozenset[DayKind]
    from_day: date
    leader: bool = False
    active: bool = True

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise InvalidInput("title_required")
        if not self.turns:
            raise InvalidInput("no_turns")
        if any(not 1 <= len(turn) <= MOST_RANKS for turn in self.turns):
            raise InvalidInput("bad_turn", most=MOST_RANKS)
        if any(len(set(turn)) != len(turn) for turn in self.turns):
            raise InvalidInput("bad_turn", most=MOST_RANKS)
        if not self.day_kinds:
            raise InvalidInput("no_day_kinds")
        if self.starts.tzinfo is not None or self.ends.tzinfo is not None:
            raise InvalidInput("naive_time_expected")

    def hours(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When the shift of a local day begins and ends, in UTC."""
        last = day if self.ends > self.starts else day + timedelta(days=1)
        start = datetime.combine(day, self.starts, zone).astimezone(UTC)
        return start, datetime.combine(last, self.ends, zone).astimezone(UTC)


def check_range(first: date, last: date) -> None:
    """Raise InvalidInput(bad_days) for days that run backwards or over more than a year."""
    if not 0 <= (last - first).days < LONGEST_RANGE_DAYS:
        raise InvalidInput("bad_days", most=LONGEST_RANGE_DAYS)


def turns_between(
    rule: RotationRule, first: date, last: date, kind_of: KindOf
) -> Iterator[tuple[date, tuple[str, ...]]]:
    """The days from ``first`` to ``last`` that have a shift, with the officers whose turn it is."""
    day, count = rule.from_day, 0
    while day <= last:
        if kind_of(day) in rule.day_kinds:
            turn = count if rule.cycle is RotationCycle.DAY else _weeks(rule.from_day, day)
            if day >= first:
                yield day, rule.turns[turn % len(rule.turns)]
            count += 1
        day += timedelta(days=1)


def generated(
    rule: RotationRule, first: date, last: date, kind_of: KindOf, zone: ZoneInfo
) -> tuple[PlannedShift, ...]:
    """The shifts of the rule on these days; the same rule, day and rank always have the same id.

    Raises InvalidInput(bad_days).
    """
    check_range(first, last)
    made = []
    for day, turn in turns_between(rule, first, last, kind_of):
        start, end = rule.hours(day, zone)
        for rank, officer_id in enumerate(turn):
            made.append(
                PlannedShift(
                    f"{rule.id}.{day:%Y%m%d}.{rank}",
                    rule.unit_id,
                    officer_id,
                    start,
                    end,
                    rule.leader,
                    rank,
                    rule.id,
                    by_hand=False,
                )
            )
    return tuple(made)


def _weeks(first: date, day: date) -> int:
    """Whole weeks from the Monday of one day to the Monday of another."""
    mondays = [d - timedelta(days=d.isoweekday() - 1) for d in (first, day)]
    return (mondays[1] - mondays[0]).days // 7
