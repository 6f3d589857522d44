"""What a rotation rule would change in the written roster: shown before, and done after.

Hand edits win over rules, a shift with a substitution keeps its officer, and what has begun is
never rewritten; where nobody was put down for a shift that is still on, the rule may do it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from roll_call.planned_shift import PlannedShift


class Fate(StrEnum):
    """What happens to a shift; the KEPT ones say why the rule does not have its way."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    KEPT_BY_HAND = "kept_by_hand"
    KEPT_SUBSTITUTED = "kept_substituted"
    KEPT_BEGUN = "kept_begun"

    @property
    def written(self) -> bool:
        """Whether applying it changes the roster."""
        return self in {Fate.ADDED, Fate.CHANGED, Fate.REMOVED}


@dataclass(frozen=True, slots=True)
class RosterDifference:
    """``shift`` is the line as it stands afterwards, ``was`` as it stands now (None: not yet)."""

    fate: Fate
    shift: PlannedShift
    was: PlannedShift | None = None


def differences(
    wanted: Sequence[PlannedShift],
    existing: Sequence[PlannedShift],
    rule_id: str,
    held: Collection[str],
    now: datetime,
) -> tuple[RosterDifference, ...]:
    """The fate of every shift that the rule wants or wanted, in the order of time.

    ``existing`` are the unit's shifts of the same days, those that were removed included; ``held``
    the ids of those with a substitution asked for or approved.
    """
    by_id = {shift.id: shift for shift in existing}
    written = [s for s in existing if s.by_hand and not s.removed]
    found = [_fate(shift, by_id.get(shift.id), written, held, now) for shift in wanted]
    ids = {shift.id for shift in wanted}
    for old in existing:
        if old.rule_id == rule_id and old.id not in ids and not old.removed:
            found.append(_leaving(old, held, now))
    return tuple(sorted(found, key=lambda d: (d.shift.starts_at, d.shift.rank, d.shift.id)))


def _fate(
    new: PlannedShift,
    old: PlannedShift | None,
    written: Iterable[PlannedShift],
    held: Collection[str],
    now: datetime,
) -> RosterDifference:
    if old == new:
        return RosterDifference(Fate.UNCHANGED, old, old)
    if old is not None and old.by_hand:
        return RosterDifference(Fate.KEPT_BY_HAND, old, old)
    if old is None or old.removed:
        return _missing(new, old, written, now)
    if min(new.starts_at, old.starts_at) <= now:
        return RosterDifference(Fate.KEPT_BEGUN, old, old)
    if old.id in held:
        return RosterDifference(Fate.KEPT_SUBSTITUTED, old, old)
    return RosterDifference(Fate.CHANGED, new, old)


def _missing(
    new: PlannedShift, old: PlannedShift | None, written: Iterable[PlannedShift], now: datetime
) -> RosterDifference:
    """A chair that is empty: filled unless by hand, and unless all of it is over."""
    rival = next((shift for shift in written if shift.rivals(new)), None)
    if rival is not None:
        return RosterDifference(Fate.KEPT_BY_HAND, rival, rival)
    if new.ends_at <= now:
        return RosterDifference(Fate.KEPT_BEGUN, old or replace(new, removed=True), old)
    return RosterDifference(Fate.ADDED, new, old)


def _leaving(old: PlannedShift, held: Collection[str], now: datetime) -> RosterDifference:
    if old.by_hand:
        return RosterDifference(Fate.KEPT_BY_HAND, old, old)
    if old.starts_at <= now:
        return RosterDifference(Fate.KEPT_BEGUN, old, old)
    if old.id in held:
        return RosterDifference(Fate.KEPT_SUBSTITUTED, old, old)
    return RosterDifference(Fate.REMOVED, replace(old, removed=True), old)
