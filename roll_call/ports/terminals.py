"""What the store keeps of duty terminals and of the daily figures that they hand in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from roll_call.daily_figures import DayFigures, FigureForm, FiguresStatus
from roll_call.ports.records import Change
from roll_call.terminal import Terminal


@dataclass(frozen=True, slots=True)
class TerminalSignIn:
    """A device that stays signed in as a unit's terminal; only the SHA-256 of its cookie is kept.

    It is good for that unit's terminal and for nothing else; each use moves ``expires_at`` on.
    """

    id: str
    token_hash: str
    unit_id: str
    officer_id: str
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class TerminalsReader(Protocol):
    """Terminals by unit, and the devices signed in as them."""

    def terminals(self) -> tuple[Terminal, ...]: ...

    def sign_ins(self, now: datetime) -> tuple[TerminalSignIn, ...]:
        """Those that are still good, newest first."""

    def sign_in(self, sign_in_id: str) -> TerminalSignIn:
        """Raises ``NotFound``."""

    def signed_in(self, token_hash: str, now: datetime) -> TerminalSignIn | None:
        """None if unknown, revoked or expired."""


class Terminals(TerminalsReader, Protocol):
    """No token and no hash of one reaches the log."""

    def save_terminal(self, terminal: Terminal, change: Change) -> None: ...

    def add_sign_in(self, sign_in: TerminalSignIn, change: Change) -> None:
        """Also drops those that have expired."""

    def renew_sign_in(self, sign_in_id: str, seen_at: datetime, expires_at: datetime) -> None:
        """It was used. Not logged: nothing changed but the time. Idempotent."""

    def end_sign_in(self, sign_in_id: str, change: Change) -> None:
        """Signed out or revoked. Idempotent."""


class FiguresReader(Protocol):
    """Daily figures. ``unit_ids=None`` means all units."""

    def forms(self) -> tuple[FigureForm, ...]:
        """All versions, oldest first."""

    def figures(self, unit_id: str, day: date) -> DayFigures | None: ...

    def of_day(
        self, day: date, unit_ids: Collection[str] | None = None
    ) -> tuple[DayFigures, ...]: ...

    def submitted(self) -> tuple[DayFigures, ...]:
        """Handed in and not locked yet, of any day."""

    def status(self, day: date) -> Mapping[str, FiguresStatus]:
        """Of every unit that hands in on that day; empty where there is no form."""


class Figures(FiguresReader, Protocol):
    """Saving overwrites the day's record; the log keeps what was there before."""

    def add_form(self, form: FigureForm, change: Change) -> None:
        """Raises ``Conflict`` where the version is taken."""

    def save_figures(self, figures: DayFigures, change: Change) -> None: ...
