"""The plain values that the store keeps beside the domain's own (``roll_call.people`` and so on).

All moments are timezone-aware UTC datetimes; ids are opaque strings made by the server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from roll_call.call import RollCallState
from roll_call.correction import Correction
from roll_call.entry import Entry, EntryState
from roll_call.people import Officer, Subject
from roll_call.ports.faces import Template
from roll_call.ports.media import Gap
from roll_call.reasons import Reason
from roll_call.verification import Assurance, Inconclusive, VerificationState

JsonObject = Mapping[str, Any]
"""A JSON object of plain values."""

ADDED_LATER = {"added_later": True}
"""Metadata of a field that older rows of the log do not know: at its default it does not stand in
the log at all, so that a record of before reads the same."""


@dataclass(frozen=True, slots=True)
class Change:
    """Why something is saved: the event's name, who did it, when, and what else belongs on record.

    The log row's kind becomes ``<group>.<event>``, for example ``entry.ticket_taken``. ``actor`` is
    an officer's id, a person's id or ``system``. ``details`` (plain JSON) may be personal: they lie
    beside the log, which holds only a salted commitment to them.
    """

    event: str
    actor: str
    at: datetime
    details: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeadCount:
    """How many active officers and persons a unit has, with everything below it."""

    officers: int
    persons: int


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the log as it is read; ``payload`` is None once it was erased.

    The saving methods write ``{"record": <the record as saved>, "details": <Change.details>}``.
    """

    seq: int
    at: datetime
    actor: str
    kind: str
    subject_kind: str
    subject_id: str
    payload: JsonObject | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """An officer with the argon2id hash of the password."""

    officer: Officer
    password_hash: str


@dataclass(frozen=True, slots=True)
class EntryListing:
    """An entry with what a list shows of its subject; ``unit_ids`` are the offices concerned."""

    entry: Entry
    roll_call_title: str
    roll_call_state: RollCallState
    opens_at: datetime
    closes_at: datetime
    subject_name: str
    dossier_number: str
    unit_ids: tuple[str, ...]
    phone: str
    demonstration: bool
    updated_at: datetime


class DeadlineKind(StrEnum):
    """What a deadline belongs to."""

    ROLL_CALL = "roll_call"
    ENTRY = "entry"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment at which something must be looked at."""

    kind: DeadlineKind
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VerificationRecord:
    """The machine's conclusion of one attempt with its evidence (model, threshold, frames, ...)."""

    id: str
    session_id: str
    entry_id: str
    attempt: int
    state: VerificationState
    assurance: Assurance | None
    inconclusive: Inconclusive | None
    at: datetime
    evidence: JsonObject


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """人工核定: a named officer settles an entry; a new record, never an edit."""

    id: str
    entry_id: str
    officer_id: str
    outcome: EntryState
    reason: Reason
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """A ``roll_call.correction.Correction`` as kept, with an id."""

    id: str
    entry_id: str
    officer_id: str
    at: datetime
    why: str
    old_state: EntryState
    old_reason: Reason | None
    new_state: EntryState
    new_reason: Reason
    undo: bool

    @classmethod
    def of(cls, record_id: str, correction: Correction) -> "CorrectionRecord":
        """The record of a correction."""
        return cls(record_id, **{f.name: getattr(correction, f.name) for f in fields(correction)})


@dataclass(frozen=True, slots=True)
class CheckInReply:
    """What the person answered and where the phone was; kept encrypted under the person's key."""

    session_id: str
    entry_id: str
    at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    location: JsonObject | None = None
    location_declined: str | None = None


@dataclass(frozen=True, slots=True)
class CameraRecord:
    """A unit's RTSP camera. ``address`` is its URL without user name and password.

    Those are kept apart, encrypted; ``protected`` says whether there are any.
    """

    id: str
    unit_id: str
    name: str
    address: str
    protected: bool
    added_at: datetime


class RecordingState(StrEnum):
    """``recording`` while the file grows; ``ready`` once sealed; ``failed`` if nothing was kept."""

    RECORDING = "recording"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RecordingRecord:
    """录像 of one session. ``failure`` is a stable code (disk_full, io_error, ...).

    ``role``: whose side of it, ``subject`` or ``officer``. ``began_at``: the moment of the first
    picture; recordings lie on one timeline by it. ``gaps``: where the picture is missing.
    """

    id: str
    session_id: str
    entry_id: str
    started_at: datetime
    state: RecordingState = RecordingState.RECORDING
    finished_at: datetime | None = None
    content_type: str = ""
    sha256: str | None = None
    size_bytes: int | None = None
    duration_s: float | None = None
    video_frames: int | None = None
    audio_packets: int | None = None
    failure: str | None = None
    role: str = field(default="subject", metadata=ADDED_LATER)
    began_at: datetime | None = field(default=None, metadata=ADDED_LATER)
    gaps: tuple[Gap, ...] = field(default=(), metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """How well a session was connected until ``at`` (``roll_call.quality.ConnectionSummary``).

    One for each stretch that this server saw: a session that goes on after a restart has two.
    ``faults``: why the network is to blame if the session came to no result.
    """

    id: str
    session_id: str
    entry_id: str
    at: datetime
    faults: tuple[str, ...]
    evidence: JsonObject


@dataclass(frozen=True, slots=True)
class EnrolmentPicture:
    """One enrolment picture in clear; ``portrait`` marks the one that reviewers see."""

    id: str
    subject: Subject
    content_type: str
    data: bytes
    portrait: bool
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A face template in clear with who enrolled it; the newest version of a subject and model.

    ``model_version``: see ``roll_call.ports.faces.ModelInfo``. ``provisional``: made of fewer
    pictures than wanted, on an officer's word. ``source``: officer, self or migration.
    """

    subject: Subject
    template: Template
    enrolled_at: datetime
    enrolled_by: str
    version: int = field(default=1, metadata=ADDED_LATER)
    model_version: str = field(default="", metadata=ADDED_LATER)
    provisional: bool = field(default=False, metadata=ADDED_LATER)
    source: str = field(default="officer", metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class EnrolmentSummary:
    """What lists show of an enrolment, without opening it; the fields are ``Enrolment``'s."""

    subject: Subject
    model: str
    frames: int
    enrolled_at: datetime
    enrolled_by: str = ""
    version: int = 1
    model_version: str = ""
    provisional: bool = False
    source: str = "officer"


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a template that there is or was, as the log has it; ``made_at`` is its own
    moment, not that of the pictures."""

    model: str
    version: int
    model_version: str
    frames: int
    provisional: bool
    source: str
    made_at: datetime
    made_by: str


Trace = tuple[tuple[float, ...], ...]
"""The course of a head in one session, a row a look: seconds, yaw, pitch, and what else moves."""


@dataclass(frozen=True, slots=True)
class Device:
    """A phone bound to a person by its public key (JWK, EC P-256; RFC 7517)."""

    id: str
    person_id: str
    public_key: JsonObject
    bound_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link that binds one device; only the SHA-256 of its token is kept."""

    token_hash: str
    person_id: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    entry_id: str | None = None
    redeemed_at: datetime | None = None
    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A signed-in officer; only the SHA-256 of the cookie is kept."""

    token_hash: str
    officer_id: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """回执 as issued: ``body`` is the canonical JSON text that ``signature`` covers."""

    number: str
    entry_id: str
    session_id: str | None
    issued_at: datetime
    body: str
    signature: str
    key_id: str
