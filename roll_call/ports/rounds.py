"""The store's port for rounds: whose turn it is, what was tried, what was seen.

Part of ``roll_call.ports.store``, where its rules and errors stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from roll_call.ports.records import Change, JsonObject
from roll_call.round import Round
from roll_call.round_steps import RoundStep


@dataclass(frozen=True, slots=True)
class Sighting:
    """An enrolled officer of a unit was recognised in its picture: evidence, never a decision."""

    id: str
    entry_id: str
    session_id: str
    officer_id: str
    at: datetime
    evidence: JsonObject


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A still of a subject's picture, kept as evidence; the picture itself is read apart.

    ``why``: ``confirmed`` (at a decision) or ``asked`` (by the officer).
    """

    id: str
    entry_id: str
    session_id: str
    taken_at: datetime
    taken_by: str
    why: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Course:
    """What the log and the sessions say of an entry's call: first and last ring, last live."""

    rang_at: datetime | None = None
    rang_again_at: datetime | None = None
    live_since: datetime | None = None


class RoundsReader(Protocol):
    """Rounds of roll-calls, with what belongs to their entries."""

    def round(self, roll_call_id: str) -> Round | None:
        """None where nobody has begun one."""

    def going(self) -> tuple[Round, ...]:
        """Those that are begun and not finished."""

    def steps_of(self, roll_call_id: str) -> tuple[RoundStep, ...]:
        """Oldest first."""

    def courses(self, roll_call_id: str) -> Mapping[str, Course]:
        """By entry; of entries that were called or went live."""

    def sightings_of(self, roll_call_id: str) -> tuple[Sighting, ...]:
        """Oldest first."""

    def snapshots_of(self, entry_id: str) -> tuple[Snapshot, ...]:
        """Oldest first."""

    def snapshot(self, snapshot_id: str) -> Snapshot: ...

    def still(self, snapshot_id: str) -> bytes:
        """The picture in clear. Raises ``StorageError`` where its key was destroyed."""


class Rounds(RoundsReader, Protocol):
    """Each method writes the log as well; no picture reaches it."""

    def save_round(self, new: Round, old: Round, change: Change) -> None:
        """Insert it, or compare with ``old`` (``Conflict`` if it has changed) and save."""

    def add_step(self, step: RoundStep, change: Change) -> None: ...

    def add_sighting(self, sighting: Sighting, change: Change) -> None: ...

    def add_snapshot(self, snapshot: Snapshot, still: bytes, change: Change) -> None:
        """Sealed under the key of the entry's subject."""
