"""The HTTP API's values; the OpenAPI document and the TypeScript types are made from these.

Errors: ``{"error": {"code", "message", "params"}}``. Staff are known by the cookie
``rollcall_session`` (HttpOnly, SameSite=Strict); every mutating request must carry an ``Origin``
from the allow-list.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Moment = Annotated[str, Field(description="ISO 8601, UTC")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Note = Annotated[str, Field(max_length=1000)]


class Schema(BaseModel):
    """Base of all HTTP values; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class SetupState(Schema):
    """GET /api/setup: whether a first administrator is still to be made."""

    first_run: bool
    demonstration: bool
    center: str = ""
    time_zone: str = "Asia/Shanghai"


class FirstAdministrator(Schema):
    """POST /api/setup: ``code`` stands in the server's start-up output."""

    code: str
    center: Name
    name: Name
    username: Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
    password: Annotated[str, Field(min_length=10, max_length=200)]


class SignIn(Schema):
    """POST /api/session."""

    username: Annotated[str, Field(max_length=40)]
    password: Annotated[str, Field(max_length=200)]


class OfficerView(Schema):
    """An officer as others see them."""

    id: str
    name: str
    username: str
    role: str
    post: str
    phone: str
    unit_id: str
    unit: str
    active: bool
    enrolled: bool = False


class SessionView(Schema):
    """GET /api/session: who is signed in and what they may do (verbs of server.access)."""

    officer: OfficerView
    permissions: list[str]
    demonstration: bool
    center: str
    time_zone: str
    calendar_until: Annotated[
        int, Field(description="Last year with published holidays; later ones go by weekday")
    ] = 0
    must_change_password: Annotated[
        bool, Field(description="Until then every other request is refused: password_must_change")
    ] = False


class UnitView(Schema):
    """GET /api/units."""

    id: str
    name: str
    kind: str
    parent_id: str | None
    phone: str


class NewUnit(Schema):
    """POST /api/units."""

    name: Name
    kind: str
    parent_id: str | None = None
    phone: Annotated[str, Field(max_length=40)] = ""


class NewOfficer(Schema):
    """POST /api/officers; ``must_change_password``: nothing else is open to them before."""

    name: Name
    username: Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
    password: Annotated[str, Field(min_length=10, max_length=200)]
    role: str
    unit_id: str
    post: Annotated[str, Field(max_length=80)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    must_change_password: bool = False


class PersonView(Schema):
    """GET /api/persons. ``reminder``: the most urgent reason for a new enrolment (a code of
    GET /api/persons/{id}/enrolment)."""

    id: str
    name: str
    dossier_number: str
    office_ids: list[str]
    offices: list[str]
    supervision_class: str
    phone: str
    locale: str
    minor: bool
    exempt_prompts: list[str]
    enrolled: bool
    template_frames: int = 0
    enrolled_at: Moment | None = None
    reminder: str | None = None
    device_bound: bool = False
    demonstration: bool = False


class NewPerson(Schema):
    """POST /api/persons and PUT /api/persons/{id}."""

    name: Name
    dossier_number: Annotated[str, Field(min_length=1, max_length=40)]
    office_ids: Annotated[list[str], Field(min_length=1, max_length=2)]
    supervision_class: Literal["strict", "ordinary"] = "ordinary"
    phone: Annotated[str, Field(max_length=40)] = ""
    locale: Literal["zh-CN", "en"] = "zh-CN"
    minor: bool = False


class LinkView(Schema):
    """POST /api/persons/{id}/link: a one-time link, shown once; ``qr_svg`` is an SVG document."""

    url: str
    qr_svg: str
    expires_at: Moment


class RollCallView(Schema):
    """GET /api/roll-calls?day=YYYY-MM-DD (local day). ``counts``: entries per state.
    ``calls_units``: whether units are called, alone or beside persons.

    ``band``: the moment was drawn by chance and is told to nobody before it comes; ``opens_at`` and
    ``closes_at`` bound it.
    """

    id: str
    title: str
    state: str
    opens_at: Moment
    closes_at: Moment
    plan_id: str | None
    created_by: str | None
    counts: dict[str, int]
    total: int
    calls_units: bool
    band: bool = False


class NewRollCall(Schema):
    """POST /api/roll-calls: an unscheduled one, opened at once, of chosen ids and a call list.

    In calling order: the list's subjects first, then units, then persons.
    """

    title: Annotated[str, Field(max_length=80)] = ""
    person_ids: list[str] = []
    unit_ids: list[str] = []
    call_list_id: str | None = None
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    ask_reply: Annotated[
        str,
        Field(
            max_length=500, description="Persons: a notice that asks for health and place at once"
        ),
    ] = ""


class ReplyView(Schema):
    """A person's short answer to an instant roll-call; degrees (WGS-84), metres."""

    at: Moment
    health: Literal["good", "unwell", "need_help"]
    note: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None


class EntryView(Schema):
    """GET /api/roll-calls/{id}/entries and /api/review."""

    id: str
    roll_call_id: str
    roll_call_title: str
    subject_kind: str
    subject_id: str
    subject_name: str
    dossier_number: str = ""
    offices: list[str]
    phone: str = ""
    state: str
    reason: str | None
    attempt: int
    session_id: str | None
    arrived_at: Moment | None
    settled_at: Moment | None
    settled_by: str | None
    updated_at: Moment
    demonstration: bool = False
    reply: ReplyView | None = None


class TimelineItem(Schema):
    """One row of an entry's history, oldest first; ``params`` are plain values."""

    at: Moment
    kind: str
    actor: str
    params: dict[str, Any] = {}


class GapView(Schema):
    """No picture from start_s to end_s of the recording; why: disconnected, stalled, lost,
    disk_slow or unknown."""

    start_s: float
    end_s: float
    why: str


class RecordingView(Schema):
    """GET /api/recordings/{id}/media serves it with Range; state: recording, ready, failed.

    ``failure``: why there is none, or why a ready one was cut short (a code of the error texts).
    ``role``: whose side it shows, subject or officer. ``began_at``: the moment of its first
    picture, by which it lies ``offset_s`` after the entry's earliest recording.
    """

    id: str
    session_id: str
    state: str
    failure: str | None = None
    duration_s: float | None
    size_bytes: int | None
    content_type: str
    sha256: str | None
    started_at: Moment
    role: str = "subject"
    began_at: Moment | None = None
    offset_s: float | None = None
    gaps: list[GapView] = []


class VerdictView(Schema):
    """The machine's conclusion of one attempt; evidence: model, threshold, frames, prompts.

    ``reasons``: why, in sentences of the reader's language; ``reasons_for_person``: what the person
    is told of it.
    """

    session_id: str
    attempt: int
    state: str
    assurance: str | None
    reason: str | None
    at: Moment
    evidence: dict[str, Any] = {}
    reasons: list[str] = []
    reasons_for_person: list[str] = []


class ConnectionView(Schema):
    """How well one session (or a stretch of it) was connected; seconds by grade of the moment.

    ``faults``: why the network is to blame where the session came to no result (interrupted,
    poor_connection, frozen). ``loss`` (0..1) is before repair; rates are means.
    """

    session_id: str
    until: Moment
    grade: Literal["good", "fair", "poor"]
    faults: list[str] = []
    measured_s: float
    good_s: float
    fair_s: float
    poor_s: float
    interruptions: int
    interrupted_s: float
    round_trip_median_ms: float | None
    round_trip_p95_ms: float | None
    loss: float
    unrecovered: int
    bitrate_bps: int
    frames_per_s: float
    width: int
    height: int
    freezes: int
    freeze_s: float


class EntryDetail(Schema):
    """GET /api/entries/{id}."""

    entry: EntryView
    timeline: list[TimelineItem]
    recordings: list[RecordingView]
    verdicts: list[VerdictView]
    connections: list[ConnectionView] = []
    answers: list[dict[str, str]] = []
    location: dict[str, Any] | None = None
    has_portrait: bool = False
    can_decide: bool = False
    can_correct: bool = False
    undo_until: Moment | None = None


class Decision(Schema):
    """POST /api/entries/{id}/decision: by a named officer; ABSENT needs a note."""

    outcome: Literal["present", "absent", "excused"]
    reason: str
    note: Note = ""


class CorrectionRequest(Schema):
    """POST /api/entries/{id}/correction: a new record; the original stays."""

    outcome: Literal["present", "absent", "excused", "void"]
    reason: str
    note: Annotated[str, Field(min_length=1, max_length=1000)]


class Redeem(Schema):
    """POST /api/phone/redeem: the link's token and the device's public key (JWK, EC P-256)."""

    token: Annotated[str, Field(max_length=128)]
    public_key: dict[str, Any]


class Redeemed(Schema):
    """The device is bound; a second redemption of the same link is refused with 403."""

    device_id: str
    name: str
    center: str
    demonstration: bool


class ErrorBody(Schema):
    """What went wrong, in the user's language."""

    code: str
    message: str
    params: dict[str, Any] = {}


class ErrorView(Schema):
    """Every error answer."""

    error: ErrorBody


class ReceiptKey(Schema):
    """GET /api/receipts/key: the public key that receipts verify against, as JWK and PEM."""

    key_id: str
    jwk: dict[str, str]
    pem: str


class ReceiptCheck(Schema):
    """POST /api/receipts/verify: a receipt as it was handed out."""

    body: Annotated[str, Field(max_length=10_000)]
    signature: Annotated[str, Field(max_length=200)]


class ReceiptFate(Schema):
    """``valid``: this server signed exactly this body; ``known``: it is on record here."""

    valid: bool
    known: bool
    number: str | None = None


class ReceiptView(Schema):
    """GET /api/entries/{id}/receipts."""

    number: str
    issued_at: Moment
    session_id: str | None
    body: str
    signature: str
    key_id: str


class CallView(Schema):
    """POST /api/entries/{id}/call: the entry rings; for a person also a one-time link."""

    entry: EntryView
    link: LinkView | None = None


class HealthView(Schema):
    """GET /api/health (administrators): figures of the running server."""

    loop_lag_p99_ms: float
    sessions: int
    waiting: int
    peers: int
    sockets: int
