"""The store's port: units of work in, durable records out.

``Store.write`` runs one unit of work in the only writer; ``Store.read`` runs one on a snapshot. The
methods are grouped by subject: what ``Records`` offers to readers, ``Transaction`` offers with the
writing methods added. Work must be quick and free of other I/O: neighbours wait for it.

Errors: ``NotFound`` where there is no such id, ``Conflict`` where somebody else was faster or a
unique value is taken, ``StorageError`` (``disk_full``, ``storage_failed``,
``key_destroyed``, ``store_closed``) where the store cannot keep or read what it was given.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from roll_call.call import RollCall, RollCallState
from roll_call.check_in import CheckInSession
from roll_call.entry import Entry, EntryState
from roll_call.people import Officer, Subject, SupervisedPerson, Unit
from roll_call.ports.call_lists import CallLists, CallListsReader
from roll_call.ports.face_store import (
    Faces,
    FacesReader,
    SelfEnrolments,
    SelfEnrolmentsReader,
)
from roll_call.ports.notify_store import (
    Notifications,
    NotificationsReader,
    TextNotices,
    TextNoticesReader,
)
from roll_call.ports.records import (
    CameraRecord,
    Change,
    CheckInReply,
    ConnectionRecord,
    CorrectionRecord,
    Credentials,
    Deadline,
    DecisionRecord,
    Device,
    EntryListing,
    HeadCount,
    JsonObject,
    LogRow,
    OneTimeLink,
    ReceiptRecord,
    RecordingRecord,
    StaffSession,
    VerificationRecord,
)
from roll_call.ports.reports import Reports, ReportsReader
from roll_call.ports.roster import (
    HandOvers,
    HandOversReader,
    OwnCalendar,
    OwnCalendarReader,
    Roster,
    RosterReader,
)
from roll_call.ports.rounds import Rounds, RoundsReader
from roll_call.ports.terminals import (
    Figures,
    FiguresReader,
    Terminals,
    TerminalsReader,
)
from roll_call.schedule import RollCallPlan

T = TypeVar("T")


class PeopleReader(Protocol):
    """Units, officers and supervised persons. ``unit_ids=None`` means all units."""

    def units(self) -> tuple[Unit, ...]: ...

    def unit(self, unit_id: str) -> Unit: ...

    def head_counts(self) -> Mapping[str, HeadCount]:
        """By unit: who belongs to it and everything below it, each counted once."""

    def officers(self, unit_ids: Collection[str] | None = None) -> tuple[Officer, ...]: ...

    def officer(self, officer_id: str) -> Officer: ...

    def credentials(self, username: str) -> Credentials | None:
        """The officer who signs in as ``username`` (compared without case), active or not."""

    def persons(self, unit_ids: Collection[str] | None = None) -> tuple[SupervisedPerson, ...]: ...

    def person(self, person_id: str) -> SupervisedPerson: ...


class People(PeopleReader, Protocol):
    """Raises ``Conflict`` (``username_taken``, ``dossier_number_taken``) for a value in use."""

    def add_unit(self, unit: Unit, change: Change) -> None: ...

    def save_unit(self, unit: Unit, change: Change) -> None: ...

    def remove_unit(self, unit_id: str, change: Change) -> None:
        """Raises ``Conflict`` (``unit_not_empty``, ``unit_has_history``, ``unit_in_use``)."""

    def add_officer(self, officer: Officer, password_hash: str, change: Change) -> None: ...

    def save_officer(self, officer: Officer, change: Change) -> None: ...

    def set_password_hash(
        self, officer_id: str, password_hash: str, change: Change, *, must_change: bool
    ) -> None: ...

    def add_person(self, person: SupervisedPerson, change: Change) -> None: ...

    def save_person(self, person: SupervisedPerson, change: Change) -> None: ...


class PlansReader(Protocol):
    """Roll-call plans (点名计划)."""

    def plans(self, active_only: bool = False) -> tuple[RollCallPlan, ...]: ...

    def plan(self, plan_id: str) -> RollCallPlan: ...

    def claimed(self, day: date) -> frozenset[str]:
        """The plans that were carried out for a local day, or begin after it."""


class Plans(PlansReader, Protocol):
    """Plans, and the days that they were carried out for."""

    def add_plan(self, plan: RollCallPlan, change: Change) -> None: ...

    def save_plan(self, plan: RollCallPlan, change: Change) -> None: ...

    def claim_day(self, plan_id: str, day: date) -> bool:
        """True for exactly one caller: this one makes the plan's roll-call of that local day."""


class CallsReader(Protocol):
    """Roll-calls and entries. ``unit_ids=None`` means all units."""

    def roll_call(self, roll_call_id: str) -> RollCall: ...

    def roll_calls_between(self, start: datetime, end: datetime) -> tuple[RollCall, ...]:
        """Those that open in [start, end), earliest first."""

    def roll_calls_in(self, states: Collection[RollCallState]) -> tuple[RollCall, ...]: ...

    def counts(
        self, roll_call_ids: Collection[str], unit_ids: Collection[str] | None = None
    ) -> Mapping[str, Mapping[EntryState, int]]:
        """Entries per state, by roll-call."""

    def calling_units(self, roll_call_ids: Collection[str]) -> frozenset[str]:
        """Those of the roll-calls that call units, alone or beside persons."""

    def entry(self, entry_id: str) -> Entry: ...

    def entries(self, roll_call_id: str) -> tuple[Entry, ...]: ...

    def listing(self, entry_id: str) -> EntryListing: ...

    def listings(
        self, roll_call_id: str, unit_ids: Collection[str] | None = None
    ) -> tuple[EntryListing, ...]:
        """The entries of a roll-call by subject name."""

    def review_cases(self, unit_ids: Collection[str] | None = None) -> tuple[EntryListing, ...]:
        """Entries in REVIEW, the longest waiting first."""

    def open_entries(self, subject: Subject) -> tuple[EntryListing, ...]:
        """A subject's entries that are not final, in roll-calls scheduled or running."""


class Calls(CallsReader, Protocol):
    """Saving compares with ``old`` (``Conflict`` if the record has changed) and writes the log."""

    def add_roll_call(self, roll_call: RollCall, change: Change) -> None: ...

    def save_roll_call(self, roll_call: RollCall, old: RollCall, change: Change) -> None: ...

    def add_entry(self, entry: Entry, change: Change) -> None:
        """Raises ``Conflict`` (``already_listed``) if the roll-call has the subject already."""

    def save_entry(self, entry: Entry, old: Entry, change: Change) -> None:
        """An ABSENT entry without officer and reason is refused (``StorageError``)."""


class SessionsReader(Protocol):
    """Check-in sessions and what was said in them."""

    def session(self, session_id: str) -> CheckInSession: ...

    def sessions_of(self, entry_id: str) -> tuple[CheckInSession, ...]: ...

    def open_sessions(self) -> tuple[CheckInSession, ...]: ...

    def reply(self, session_id: str) -> CheckInReply | None:
        """None also where the person's data key was destroyed."""

    def replies_of(self, entry_id: str) -> tuple[CheckInReply, ...]: ...

    def replies_in(self, roll_call_id: str) -> tuple[CheckInReply, ...]:
        """The newest reply of each entry of a roll-call that can still be read."""

    def receipts_of(self, entry_id: str) -> tuple[ReceiptRecord, ...]: ...

    def receipt(self, number: str) -> ReceiptRecord: ...


class Sessions(SessionsReader, Protocol):
    """Saving compares with ``old`` (``Conflict`` if the record has changed) and writes the log."""

    def add_session(self, session: CheckInSession, change: Change) -> None: ...

    def save_session(
        self, session: CheckInSession, old: CheckInSession, change: Change
    ) -> None: ...

    def save_reply(self, reply: CheckInReply, change: Change) -> None:
        """Insert or replace the reply of a session."""

    def next_receipt_number(self, day: date) -> int:
        """1, 2, 3, ... without gaps within a day, once the unit of work is committed."""

    def add_receipt(self, receipt: ReceiptRecord, change: Change) -> None: ...


class DeadlinesReader(Protocol):
    """The deadlines of roll-calls, entries and sessions (indexed)."""

    def due(self, now: datetime, limit: int = 100) -> tuple[Deadline, ...]:
        """Those at or before ``now``, earliest first."""

    def next_at(self) -> datetime | None:
        """The earliest deadline of all."""


class Deadlines(DeadlinesReader, Protocol):
    """Claim a deadline and act on it in the same unit of work: both happen, or neither."""

    def claim(self, deadline: Deadline) -> bool:
        """Clear it if it still stands as it was read; True for exactly one claimer."""


class EvidenceReader(Protocol):
    """Verdicts, decisions and recordings."""

    def verifications_of(self, entry_id: str) -> tuple[VerificationRecord, ...]: ...

    def verifications_about(self, subject: Subject, limit: int) -> tuple[VerificationRecord, ...]:
        """A subject's latest verdicts over all entries, newest first."""

    def decisions_of(self, entry_id: str) -> tuple[DecisionRecord, ...]: ...

    def corrections_of(self, entry_id: str) -> tuple[CorrectionRecord, ...]: ...

    def recording(self, recording_id: str) -> RecordingRecord: ...

    def recordings_of(self, entry_id: str) -> tuple[RecordingRecord, ...]: ...

    def connections_of(self, entry_id: str) -> tuple[ConnectionRecord, ...]:
        """How well an entry's sessions were connected, oldest first."""

    def unfinished_recordings(self) -> tuple[RecordingRecord, ...]:
        """Those still in state ``recording``: at start, the leftovers of a crash."""


class Evidence(EvidenceReader, Protocol):
    """Each method writes the log as well."""

    def add_verification(self, verification: VerificationRecord, change: Change) -> None: ...

    def add_decision(self, decision: DecisionRecord, change: Change) -> None: ...

    def add_correction(self, correction: CorrectionRecord, change: Change) -> None: ...

    def add_recording(self, recording: RecordingRecord, change: Change) -> None: ...

    def add_connection(self, connection: ConnectionRecord, change: Change) -> None: ...

    def save_recording(self, recording: RecordingRecord, change: Change) -> None: ...


class AccessReader(Protocol):
    """Devices, one-time links and signed-in staff."""

    def device(self, device_id: str) -> Device: ...

    def devices_of(self, person_id: str) -> tuple[Device, ...]: ...

    def bound_person_ids(self) -> frozenset[str]: ...

    def link(self, token_hash: str) -> OneTimeLink | None: ...

    def staff_session(self, token_hash: str, now: datetime) -> StaffSession | None:
        """None if unknown or expired."""


class Access(AccessReader, Protocol):
    """Granting and revoking."""

    def add_link(self, link: OneTimeLink, change: Change) -> None: ...

    def redeem_link(self, token_hash: str, device: Device, change: Change) -> OneTimeLink:
        """Bind ``device`` to the link's person and revoke that person's other devices.

        ``change.at`` is the moment of redemption. Raises ``NotFound`` (``link_unknown``) or
        ``Conflict`` (``link_used``, ``link_expired``); of several devices exactly one succeeds.
        The same public key again (its answer was lost on the way) gets the link as it was
        redeemed: its ``device_id`` counts, not the one handed in.
        """

    def revoke_device(self, device_id: str, change: Change) -> None: ...

    def add_staff_session(self, session: StaffSession, change: Change) -> None: ...

    def end_staff_session(self, token_hash: str, change: Change) -> None:
        """Idempotent."""

    def end_staff_sessions_of(self, officer_id: str, change: Change) -> None: ...

    def purge_expired(self, now: datetime) -> int:
        """Drop expired staff sessions and links that expired unused; how many."""


class CamerasReader(Protocol):
    """Cameras of units."""

    def cameras(self) -> tuple[CameraRecord, ...]:
        """All of them by name."""

    def camera(self, camera_id: str) -> CameraRecord: ...

    def login(self, camera_id: str) -> str | None:
        """``user:password`` in clear, None where the camera asks for none."""


class Cameras(CamerasReader, Protocol):
    """Each method writes the log as well; a login never reaches it."""

    def add_camera(self, camera: CameraRecord, login: str | None, change: Change) -> None: ...

    def save_camera(self, camera: CameraRecord, login: str | None, change: Change) -> None:
        """Overwrite it, with its login."""

    def remove_camera(self, camera_id: str, change: Change) -> None: ...


class LogReader(Protocol):
    """The hash-chained log: history, outbox and audit trail at once."""

    def history(self, subject_kind: str, subject_id: str) -> tuple[LogRow, ...]:
        """Rows about one thing (``entry``, ``person``, ``roll_call``, ...), oldest first."""

    def entry_history(self, entry_id: str) -> tuple[LogRow, ...]:
        """Rows about an entry, its sessions and its recordings, oldest first."""

    def after(self, seq: int, limit: int = 500) -> tuple[LogRow, ...]:
        """Rows with a greater ``seq``: how an outbox reads on."""


class Log(LogReader, Protocol):
    """Appending. The saving methods of the other groups append their own rows."""

    def append(
        self,
        kind: str,
        subject_kind: str,
        subject_id: str,
        payload: JsonObject,
        actor: str,
        at: datetime,
        *,
        data_subject: Subject | None = None,
    ) -> int:
        """Append a row and return its ``seq``; see ``roll_call.log.LogRecord`` for the fields.

        ``data_subject``: whose personal data the payload holds.
        """

    def erase(self, data_subject: Subject, actor: str, at: datetime) -> int:
        """Erase the payloads that hold a subject's data; the chain stays verifiable. How many."""


class SettingsReader(Protocol):
    """Values by name."""

    def get(self, name: str) -> str | None: ...


class Settings(SettingsReader, Protocol):
    """Writing settings. They are not logged: append a row yourself where it matters."""

    def set(self, name: str, value: str | None) -> None: ...


class Records(Protocol):
    """A consistent snapshot."""

    @property
    def people(self) -> PeopleReader: ...
    @property
    def plans(self) -> PlansReader: ...
    @property
    def call_lists(self) -> CallListsReader: ...
    @property
    def calls(self) -> CallsReader: ...
    @property
    def sessions(self) -> SessionsReader: ...
    @property
    def deadlines(self) -> DeadlinesReader: ...
    @property
    def evidence(self) -> EvidenceReader: ...
    @property
    def faces(self) -> FacesReader: ...
    @property
    def self_enrolments(self) -> SelfEnrolmentsReader: ...
    @property
    def access(self) -> AccessReader: ...
    @property
    def cameras(self) -> CamerasReader: ...
    @property
    def reports(self) -> ReportsReader: ...
    @property
    def roster(self) -> RosterReader: ...
    @property
    def hand_overs(self) -> HandOversReader: ...
    @property
    def calendar(self) -> OwnCalendarReader: ...
    @property
    def terminals(self) -> TerminalsReader: ...
    @property
    def figures(self) -> FiguresReader: ...
    @property
    def notifications(self) -> NotificationsReader: ...
    @property
    def notices(self) -> TextNoticesReader: ...
    @property
    def rounds(self) -> RoundsReader: ...
    @property
    def log(self) -> LogReader: ...
    @property
    def settings(self) -> SettingsReader: ...


class Transaction(Records, Protocol):
    """A unit of work: it sees its own writes, and all of them are kept, or none."""

    @property
    def people(self) -> People: ...
    @property
    def plans(self) -> Plans: ...
    @property
    def call_lists(self) -> CallLists: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def deadlines(self) -> Deadlines: ...
    @property
    def evidence(self) -> Evidence: ...
    @property
    def faces(self) -> Faces: ...
    @property
    def self_enrolments(self) -> SelfEnrolments: ...
    @property
    def access(self) -> Access: ...
    @property
    def cameras(self) -> Cameras: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def roster(self) -> Roster: ...
    @property
    def hand_overs(self) -> HandOvers: ...
    @property
    def calendar(self) -> OwnCalendar: ...
    @property
    def terminals(self) -> Terminals: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def notices(self) -> TextNotices: ...
    @property
    def rounds(self) -> Rounds: ...
    @property
    def log(self) -> Log: ...
    @property
    def settings(self) -> Settings: ...


class Store(Protocol):
    """One store; open it before use, close it in the end."""

    async def open(self) -> None:
        """Open or create; migrate. Raises ``StorageError``."""

    def write(self, work: Callable[[Transaction], T]) -> Awaitable[T]:
        """Run ``work``; the awaitable resolves once its writes are durable.

        An exception of ``work`` undoes this unit of work alone and is raised by the awaitable. A
        cancelled awaitable may still have been carried out.
        """

    def read(self, work: Callable[[Records], T]) -> Awaitable[T]:
        """Run ``work`` on a snapshot beside the writer."""

    async def close(self) -> None:
        """Complete what was handed in, then close."""


@dataclass(frozen=True, slots=True)
class SealedRecording:
    """A recording in its final place, flushed. ``sha256`` is hexadecimal, over the whole media."""

    id: str
    content_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class UnsealedRecording:
    """A leftover of a crash; ``path`` is None if the engine had not begun to write."""

    id: str
    started_at: datetime
    path: str | None


class RecordingReader(Protocol):
    """Random access to one sealed recording; close it."""

    @property
    def size_bytes(self) -> int: ...
    @property
    def content_type(self) -> str: ...
    @property
    def sha256(self) -> str: ...

    def read(self, start: int, length: int) -> bytes:
        """At most ``length`` bytes from offset ``start``; fewer only at the end."""

    def close(self) -> None: ...


class RecordingStore(Protocol):
    """Recordings under names of the store's own choosing. All methods block: run them in a thread.

    Raises ``InvalidInput`` (``invalid_id``) for an id that is not ``[A-Za-z0-9_-]{1,64}``.
    """

    def ensure_room(self, size_bytes: int) -> None:
        """Raise ``StorageError`` (``disk_full``) unless so much is free beyond the reserve."""

    def reserve(self, recording_id: str, started_at: datetime) -> str:
        """The path stem for the media engine, which appends ``.webm`` or ``.mp4``."""

    def seal(self, recording_id: str, path: str) -> SealedRecording:
        """Hash, flush and move a finished file of ours into place. Idempotent."""

    def discard(self, recording_id: str) -> None:
        """Remove a reservation that came to nothing. Idempotent; never touches a sealed one."""

    def open(self, recording_id: str) -> RecordingReader:
        """Raises ``NotFound`` (``recording_missing``)."""

    def unsealed(self) -> tuple[UnsealedRecording, ...]:
        """Reservations that were never sealed, for the server to seal or discard at start."""
