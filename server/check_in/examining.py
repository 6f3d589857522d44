"""The examination as a check-in sees it: observations in, messages and a conclusion out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from roll_call.ports.faces import FaceObservation
from roll_call.verification import Verification
from server.messages import Message


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the person."""

    message: Message


@dataclass(frozen=True, slots=True)
class LookCloser:
    """Ask for a similarity with the next usable frame."""


@dataclass(frozen=True, slots=True)
class MovementsDone:
    """Nothing more to be done by the person; the machine compares."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Something for the log, such as a failed try."""

    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Concluded:
    """The verdict with its evidence."""

    verification: Verification
    evidence: Mapping[str, Any]


Outcome = Say | LookCloser | MovementsDone | Noted | Concluded


class Examiner(Protocol):
    """One verification; sans-IO, time comes in as seconds of a monotonic clock."""

    def observe(self, seen: FaceObservation, now_s: float) -> Sequence[Outcome]:
        """One frame's observation."""

    def tick(self, now_s: float) -> Sequence[Outcome]:
        """Time goes by."""

    def conclude(self, now_s: float) -> Sequence[Outcome]:
        """Time is up: a verdict now, INCONCLUSIVE if it must be."""


@dataclass(frozen=True, slots=True)
class Case:
    """What an examination is made of.

    ``earlier_traces`` are the courses of the head in the person's earlier sessions, rows of
    (seconds, yaw, pitch): a replayed recording repeats one.
    """

    session_id: str
    attempt: int
    template_frames: int
    exempt: frozenset[str]
    earlier_traces: Sequence[Sequence[Sequence[float]]] = ()


ExaminerFactory = Callable[[Case], Examiner]
