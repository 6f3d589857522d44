"""Messages of duty terminals (值班终端): what they say about themselves, and who hears of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from roll_call.terminal import DETAIL_CHARACTERS, DETAILS, NOTE_CHARACTERS
from server.message_base import Id, Message, Moment

Check = Literal["ok", "fault", "unknown"]
Reason = Literal["device_fault", "room_taken", "leave", "other"]
Note = Annotated[str, Field(max_length=NOTE_CHARACTERS)]
Detail = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=DETAIL_CHARACTERS)]],
    Field(max_length=DETAILS),
]


# --- terminal -> server -------------------------------------------------------------------------


class SelfTest(Message):
    """Terminal: what its self-test found; ``unknown`` where something was not tried or heard."""

    type: Literal["self_test"] = "self_test"
    camera: Check
    microphone: Check
    speaker: Check
    network: Check
    detail: Detail = Field(default={})


class ExceptionReport(Message):
    """Terminal: the office cannot answer as usual; ``reason`` null takes it back."""

    type: Literal["exception"] = "exception"
    reason: Reason | None
    note: Note = ""


class AutoAnswer(Message):
    """Terminal: whether calls are answered by themselves; off needs a ``note`` that says why."""

    type: Literal["auto_answer"] = "auto_answer"
    on: bool
    note: Note = ""


class Echo(Message):
    """Terminal: comes back at once, for the round trip of the self-test."""

    type: Literal["echo"] = "echo"
    id: Id


# --- server -> terminal -------------------------------------------------------------------------


class SelfTestView(BaseModel):
    """The last self-test."""

    at: Moment
    camera: Check
    microphone: Check
    speaker: Check
    network: Check
    detail: dict[str, str]


class ExceptionView(BaseModel):
    """What the office said by itself; it ends with the day."""

    reason: Reason
    note: str
    at: Moment


class FiguresDue(BaseModel):
    """The unit's daily figures of today and when they are locked."""

    day: str
    status: Literal["missing", "draft", "submitted", "locked"]
    deadline: Moment


class TerminalStatus(Message):
    """Terminal: what the server knows of it; after ``welcome`` and whenever it changes.

    ``answers_itself``: calls are answered without a press now. ``paused``: why the office switched
    that off, null where it did not; otherwise the center's hours decide.
    """

    type: Literal["terminal"] = "terminal"
    unit_id: str
    answers_itself: bool
    paused: str | None
    self_test: SelfTestView | None
    exception: ExceptionView | None
    figures: FiguresDue | None


class SelfTestWanted(Message):
    """Terminal: an officer at the center asks for a self-test."""

    type: Literal["self_test_wanted"] = "self_test_wanted"


class Echoed(Message):
    """Terminal: the answer to ``echo``."""

    type: Literal["echoed"] = "echoed"
    id: str


# --- server -> console --------------------------------------------------------------------------


class TerminalView(BaseModel):
    """A unit's terminal as the center sees it; ``since``: connected or gone since."""

    unit_id: str
    unit: str
    connected: bool
    since: Moment | None
    officer_id: str | None
    officer: str | None
    paused: str | None
    self_test: SelfTestView | None
    exception: ExceptionView | None


class TerminalsChanged(Message):
    """Console: the terminals that changed, among those that the officer may see."""

    type: Literal["terminals_changed"] = "terminals_changed"
    terminals: list[TerminalView]


class FiguresChanged(Message):
    """Console: a unit's daily figures have another state."""

    type: Literal["figures_changed"] = "figures_changed"
    unit_id: str
    day: str
    status: Literal["missing", "draft", "submitted", "locked"]
