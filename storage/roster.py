"""Shifts, rotation rules and substitutions; implements ``roll_call.ports.roster.Roster``."""

from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from roll_call.instants import utc_text
from roll_call.planned_shift import PlannedShift, on_duty
from roll_call.ports.records import Change
from roll_call.roster import DutyShift
from roll_call.rotation import RotationRule
from roll_call.substitution import Substitution, SubstitutionState, substitutes
from storage.journal import Journal, Rows, record_of
from storage.plain import json_text, to_row

_EACH = "(SELECT value FROM json_each(?))"


class RosterRows(Rows):
    """Reading."""

    def shifts_between(
        self, start: datetime, end: datetime, unit_ids: frozenset[str] | None = None
    ) -> tuple[DutyShift, ...]:
        """Who really stands duty in any part of [start, end), earliest first."""
        written = self.planned_between(start, end, unit_ids)
        standing = self.substitutions_of([shift.id for shift in written])
        return on_duty(written, substitutes(standing))

    def planned_between(
        self, start: datetime, end: datetime, unit_ids: frozenset[str] | None = None
    ) -> tuple[PlannedShift, ...]:
        """The written roster, removed shifts included, earliest first."""
        where, params = "ends_at > ? AND starts_at < ?", [utc_text(start), utc_text(end)]
        if unit_ids is not None:
            where, params = f"{where} AND unit_id IN {_EACH}", [*params, _list(unit_ids)]
        sql = f"SELECT * FROM duty_shifts WHERE {where} ORDER BY starts_at, leader, rank, id"
        return self._all(PlannedShift, sql, params)

    def planned(self, shift_id: str) -> PlannedShift:
        """Raises ``NotFound``."""
        return self._get(PlannedShift, "duty_shifts", shift_id)

    def planned_by(self, rule_id: str) -> tuple[PlannedShift, ...]:
        """All shifts that a rule made, earliest first."""
        sql = "SELECT * FROM duty_shifts WHERE rule_id = ? ORDER BY starts_at, rank, id"
        return self._all(PlannedShift, sql, (rule_id,))

    def rules(self, unit_ids: frozenset[str] | None = None) -> tuple[RotationRule, ...]:
        """Rules in use, by title."""
        where = "active = 1" if unit_ids is None else f"active = 1 AND unit_id IN {_EACH}"
        params = () if unit_ids is None else (_list(unit_ids),)
        sql = f"SELECT * FROM rotation_rules WHERE {where} ORDER BY title, id"
        return self._all(RotationRule, sql, params)

    def rule(self, rule_id: str) -> RotationRule:
        """Raises ``NotFound``."""
        return self._get(RotationRule, "rotation_rules", rule_id)

    def substitution(self, substitution_id: str) -> Substitution:
        """Raises ``NotFound``."""
        return self._get(Substitution, "substitutions", substitution_id)

    def substitutions(
        self, states: Collection[SubstitutionState], unit_ids: frozenset[str] | None = None
    ) -> tuple[Substitution, ...]:
        """Of these states, the last asked first."""
        where, params = f"state IN {_EACH}", [_list(states)]
        if unit_ids is not None:
            where, params = f"{where} AND unit_id IN {_EACH}", [*params, _list(unit_ids)]
        sql = f"SELECT * FROM substitutions WHERE {where} ORDER BY asked_at DESC, id"
        return self._all(Substitution, sql, params)

    def substitutions_of(self, shift_ids: Collection[str]) -> tuple[Substitution, ...]:
        """Those that change one of these shifts, oldest first."""
        sql = f"""SELECT * FROM substitutions
            WHERE shift_id IN {_EACH} OR in_return_id IN {_EACH} ORDER BY asked_at, id"""
        ids = _list(shift_ids)
        return self._all(Substitution, sql, (ids, ids))


class RosterTables(RosterRows):
    """Reading and writing."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_shift(self, shift: PlannedShift, change: Change) -> None:
        """Write a line of the roster."""
        self._journal.insert("duty_shifts", to_row(shift))
        self._journal.note("duty_shift", shift.id, record_of(shift), change)

    def save_shift(self, shift: PlannedShift, change: Change) -> None:
        """Raises ``NotFound``."""
        self._journal.update("duty_shifts", shift.id, to_row(shift))
        self._journal.note("duty_shift", shift.id, record_of(shift), change)

    def add_rule(self, rule: RotationRule, change: Change) -> None:
        """Add a rotation rule."""
        self._journal.insert("rotation_rules", to_row(rule))
        self._journal.note("rotation_rule", rule.id, record_of(rule), change)

    def save_rule(self, rule: RotationRule, change: Change) -> None:
        """Raises ``NotFound``."""
        self._journal.update("rotation_rules", rule.id, to_row(rule))
        self._journal.note("rotation_rule", rule.id, record_of(rule), change)

    def add_substitution(self, wish: Substitution, change: Change) -> None:
        """Raises ``Conflict`` (``shift_held``)."""
        self._journal.insert("substitutions", to_row(wish), taken="shift_held")
        self._journal.note("substitution", wish.id, record_of(wish), change)

    def save_substitution(self, new: Substitution, old: Substitution, change: Change) -> None:
        """Raises ``NotFound``, ``Conflict``."""
        self._journal.replace("substitutions", new.id, to_row(new), to_row(old))
        self._journal.note("substitution", new.id, record_of(new), change)


def _list(values: Collection[str]) -> str:
    return json_text(sorted(values))
