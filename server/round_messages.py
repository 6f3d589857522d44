"""A round as consoles see it: over HTTP as a whole, over the WebSocket what has changed of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from server.message_base import Message, Moment
from server.network_messages import Grade

Connection = Literal["offline", "signed_in", "ringing", "live", "lost"]
Face = Literal["unknown", "none", "several", "unrecognised", "recognised"]
Figures = Literal["none", "missing", "draft", "submitted", "locked"]


class RoundPart(BaseModel):
    """Base of the values inside a round; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RoundOfficer(RoundPart):
    """Who conducts."""

    id: str
    name: str


class RoundCounts(RoundPart):
    """``total`` without void entries; ``excused`` without ``device_fault``, which is no absence."""

    total: int = 0
    settled: int = 0
    present: int = 0
    excused: int = 0
    device_fault: int = 0
    absent: int = 0
    review: int = 0
    open: int = 0


class RoundExpected(RoundPart):
    """An officer whom the roster has at the unit's terminal now."""

    officer_id: str
    name: str
    post: str
    phone: str
    leader: bool


class RoundRecognised(RoundPart):
    """An enrolled officer in the picture; ``expected``: the roster names them. A proposal only."""

    officer_id: str
    name: str
    post: str
    expected: bool
    at: Moment


class RoundSelfTest(RoundPart):
    """The terminal's last self-test; ``faults`` names the parts that failed."""

    ok: bool
    faults: list[str]
    at: Moment


class RoundException(RoundPart):
    """What the office reported by itself."""

    reason: str
    note: str
    at: Moment


class RoundTried(RoundPart):
    """One thing that the conductor did for an entry."""

    at: Moment
    step: Literal["call", "prompt", "later", "phone", "leader"]
    officer: str
    number: str
    outcome: Literal["reached", "no_answer", "engaged"] | None
    note: str


class RoundProposal(RoundPart):
    """What the evidence suggests; never an absence. ``because`` are codes of ``Because``."""

    outcome: Literal["present", "excused", "later", "open"]
    reason: str | None
    because: list[str]


class RoundEntry(RoundPart):
    """One entry of a round with its evidence; ``answer_s`` from the first ring to the answer."""

    entry_id: str
    subject_kind: str
    subject_id: str
    name: str
    office: str
    phone: str
    state: str
    reason: str | None
    connection: Connection = "offline"
    rang_at: Moment | None = None
    answered_at: Moment | None = None
    answer_s: float | None = None
    live_since: Moment | None = None
    session_id: str | None = None
    grade: Grade | None = None
    expected: list[RoundExpected] = []
    face: Face = "unknown"
    recognised: RoundRecognised | None = None
    self_test: RoundSelfTest | None = None
    exception: RoundException | None = None
    figures: Figures = "none"
    tried: list[RoundTried] = []
    retry: int = 0
    seconds: float | None = None
    proposal: RoundProposal | None = None


class RoundFields(BaseModel):
    """What the view and the message have in common.

    ``current_since`` is later by every suspension, so that its timer stands still meanwhile;
    ``paused_at`` is set as long as one lasts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    roll_call_id: str
    state: str
    version: int
    conductor: RoundOfficer | None
    conductor_since: Moment | None
    current: str | None
    current_since: Moment | None
    paused_at: Moment | None
    order: list[str]
    started_at: Moment | None
    finished_at: Moment | None
    counts: RoundCounts
    seconds_per_unit: float | None
    entries: list[RoundEntry]


class RoundView(RoundFields):
    """GET /api/roll-calls/{id}/round, and the answer to every step in it: all entries."""


class RoundChanged(RoundFields, Message):
    """Console: the round as it is now; ``entries`` holds only those that changed (by entry_id)."""

    type: Literal["round_changed"] = "round_changed"
