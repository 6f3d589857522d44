"""The bodies of the steps of a round; the answer is always ``server.round_messages.RoundView``."""

from typing import Annotated, Literal

from pydantic import Field

from roll_call.round_steps import NOTE_CHARACTERS, NUMBER_CHARACTERS
from server.api.schemas import Moment, Schema

StepNote = Annotated[str, Field(max_length=NOTE_CHARACTERS)]
EntryId = Annotated[str, Field(min_length=1, max_length=64)]


class NoFields(Schema):
    """A step that needs no further word: ``{}``."""


class HandOver(Schema):
    """POST .../round/hand-over: to whom."""

    officer_id: EntryId


class TurnOf(Schema):
    """POST .../round/call: whose turn; null: the next one's that waits."""

    entry_id: EntryId | None = None


class OneEntry(Schema):
    """POST .../round/prompt and .../round/snapshot."""

    entry_id: EntryId


class Confirmation(Schema):
    """POST .../round/confirm. ``present``, ``excused`` and ``absent`` decide, with a reason;
    ``later`` and ``open`` decide nothing. Without a reason, ``present`` is by eye."""

    entry_id: EntryId
    outcome: Literal["present", "excused", "absent", "later", "open"]
    reason: str | None = None
    note: StepNote = ""
    advance: bool = True


class Escalation(Schema):
    """POST .../round/escalate: what was tried outside this system, and how it ended."""

    entry_id: EntryId
    step: Literal["phone", "leader"]
    number: Annotated[str, Field(max_length=NUMBER_CHARACTERS)] = ""
    outcome: Literal["reached", "no_answer", "engaged"] | None = None
    note: StepNote = ""


class SnapshotView(Schema):
    """GET /api/entries/{id}/snapshots: a still that was kept as evidence."""

    id: str
    entry_id: str
    session_id: str
    taken_at: Moment
    taken_by: str
    why: Literal["confirmed", "asked"]


class ConductorView(Schema):
    """GET .../round/officers; ``here``: at a console now."""

    id: str
    name: str
    post: str
    role: str
    here: bool
