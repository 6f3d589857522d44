"""The store's port for the duty roster, its hand-over log and the center's own calendar.

Part of ``roll_call.ports.store``, where its rules and errors stand. ``unit_ids=None`` means all.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from roll_call.hand_over import HandOver
from roll_call.own_calendar import OwnYear
from roll_call.planned_shift import PlannedShift
from roll_call.ports.records import Change
from roll_call.roster import DutyShift
from roll_call.rotation import RotationRule
from roll_call.substitution import Substitution, SubstitutionState


class RosterReader(Protocol):
    """Shifts, rotation rules and substitutions."""

    def shifts_between(
        self, start: datetime, end: datetime, unit_ids: frozenset[str] | None = None
    ) -> tuple[DutyShift, ...]:
        """Who stands duty in any part of [start, end), earliest first; substitutions applied."""

    def planned_between(
        self, start: datetime, end: datetime, unit_ids: frozenset[str] | None = None
    ) -> tuple[PlannedShift, ...]:
        """The written roster of the same moments, removed shifts included."""

    def planned(self, shift_id: str) -> PlannedShift: ...

    def planned_by(self, rule_id: str) -> tuple[PlannedShift, ...]:
        """All shifts that a rotation rule made, removed ones included."""

    def rules(self, unit_ids: frozenset[str] | None = None) -> tuple[RotationRule, ...]:
        """Those in use, by title."""

    def rule(self, rule_id: str) -> RotationRule: ...

    def substitution(self, substitution_id: str) -> Substitution: ...

    def substitutions(
        self, states: Collection[SubstitutionState], unit_ids: frozenset[str] | None = None
    ) -> tuple[Substitution, ...]:
        """The last asked first."""

    def substitutions_of(self, shift_ids: Collection[str]) -> tuple[Substitution, ...]:
        """Those that change one of these shifts, whatever their state, oldest first."""


class Roster(RosterReader, Protocol):
    """Each method writes the log as well. Shifts are never deleted."""

    def add_shift(self, shift: PlannedShift, change: Change) -> None: ...

    def save_shift(self, shift: PlannedShift, change: Change) -> None: ...

    def add_rule(self, rule: RotationRule, change: Change) -> None: ...

    def save_rule(self, rule: RotationRule, change: Change) -> None: ...

    def add_substitution(self, wish: Substitution, change: Change) -> None:
        """Raises ``Conflict`` (``shift_held``) where one of the shift is open or approved."""

    def save_substitution(self, new: Substitution, old: Substitution, change: Change) -> None:
        """Compares with ``old`` (``Conflict``). One approved by who asked is refused."""


class HandOversReader(Protocol):
    """Hand-over logs."""

    def hand_over(self, hand_over_id: str) -> HandOver: ...

    def hand_overs(self, unit_id: str, limit: int) -> tuple[HandOver, ...]:
        """A unit's logs, the newest first."""


class HandOvers(HandOversReader, Protocol):
    """Each method writes the log as well."""

    def add_hand_over(self, log: HandOver, change: Change) -> None:
        """Raises ``Conflict`` (``hand_over_open``) where one of the unit is not taken yet."""

    def save_hand_over(self, new: HandOver, old: HandOver, change: Change) -> None:
        """Compares with ``old`` (``Conflict``)."""


class OwnCalendarReader(Protocol):
    """The center's own dates."""

    def years(self) -> tuple[OwnYear, ...]:
        """All that were entered, earliest first."""


class OwnCalendar(OwnCalendarReader, Protocol):
    """Writes the log as well."""

    def save_year(self, year: OwnYear, change: Change) -> None:
        """Insert or replace the dates of a year."""
