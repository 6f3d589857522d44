"""Duty terminal (值班终端): what an office's device says about itself, and for how long that holds.

Nothing here decides about anybody: a fault or an exception is evidence that an officer weighs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from enum import StrEnum

from roll_call.errors import InvalidInput

NOTE_CHARACTERS = 200
DETAILS = 12
DETAIL_CHARACTERS = 200


class DeviceCheck(StrEnum):
    """What a self-test found; ``unknown``: it was not tried, or nobody heard the tone."""

    OK = "ok"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SelfTest:
    """设备自检: camera, microphone, speaker and network of a terminal at one moment.

    ``detail`` is what was measured, by name, as plain text. Raises InvalidInput(detail_too_long).
    """

    at: datetime
    camera: DeviceCheck
    microphone: DeviceCheck
    speaker: DeviceCheck
    network: DeviceCheck
    detail: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        long = any(len(k) + len(v) > DETAIL_CHARACTERS for k, v in self.detail.items())
        if long or len(self.detail) > DETAILS:
            raise InvalidInput("detail_too_long", limit=DETAIL_CHARACTERS)

    @property
    def faults(self) -> tuple[str, ...]:
        """Names of the parts that failed."""
        parts = ("camera", "microphone", "speaker", "network")
        return tuple(name for name in parts if getattr(self, name) is DeviceCheck.FAULT)


class ExceptionReason(StrEnum):
    """Why an office cannot answer as usual (异常原因)."""

    DEVICE_FAULT = "device_fault"
    """设备故障: never an absence."""
    ROOM_TAKEN = "room_taken"
    """会议室占用."""
    LEAVE = "leave"
    """请假或外出."""
    OTHER = "other"
    """Said in words."""


def _checked_note(note: str) -> None:
    if len(note) > NOTE_CHARACTERS:
        raise InvalidInput("note_too_long", limit=NOTE_CHARACTERS)


@dataclass(frozen=True, slots=True)
class TerminalException:
    """异常: what the office says by itself. Raises InvalidInput(note_required, note_too_long)."""

    reason: ExceptionReason
    note: str
    at: datetime

    def __post_init__(self) -> None:
        if self.reason is ExceptionReason.OTHER and not self.note.strip():
            raise InvalidInput("note_required")
        _checked_note(self.note)


@dataclass(frozen=True, slots=True)
class AutoAnswerPause:
    """The office does not let calls be answered by themselves for now; ``note`` says why.

    Raises InvalidInput(note_required, note_too_long).
    """

    note: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.note.strip():
            raise InvalidInput("note_required")
        _checked_note(self.note)


@dataclass(frozen=True, slots=True)
class Terminal:
    """What is remembered of a unit's terminal over restarts."""

    unit_id: str
    self_test: SelfTest | None = None
    exception: TerminalException | None = None
    pause: AutoAnswerPause | None = None


@dataclass(frozen=True, slots=True)
class AutoAnswerHours:
    """Local times between which terminals answer by themselves; equal ones mean at all hours.

    ``begins`` later than ``ends`` reaches over midnight.
    """

    begins: time
    ends: time

    def cover(self, at: datetime, zone: tzinfo) -> bool:
        """Whether a call at that moment is answered by itself."""
        local = at.astimezone(zone).time()
        if self.begins == self.ends:
            return True
        if self.begins < self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


def in_force(terminal: Terminal, now: datetime, zone: tzinfo) -> Terminal:
    """The terminal without what was said on another day.

    An exception or a pause that nobody took back ends with its local day: yesterday's meeting must
    not excuse, nor keep silent, this morning.
    """

    def today(said: TerminalException | AutoAnswerPause | None) -> bool:
        return said is not None and said.at.astimezone(zone).date() == now.astimezone(zone).date()

    return Terminal(
        terminal.unit_id,
        terminal.self_test,
        terminal.exception if today(terminal.exception) else None,
        terminal.pause if today(terminal.pause) else None,
    )
