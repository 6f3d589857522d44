"""The examination as a check-in sees it: observations in, messages and a conclusion out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from roll_call.ports.faces import FaceObservation, Watch
from roll_call.ports.records import Trace
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
class LookOtherwise:
    """Look at the frames in this way from now on."""

    watch: Watch


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
    """The verdict with its evidence, and the face's course, which is kept sealed apart from it."""

    verification: Verification
    evidence: Mapping[str, Any]
    trace: Trace = ()


Outcome = Say | LookCloser | LookOtherwise | MovementsDone | Noted | Concluded


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

    ``exempt``: movements, and the light of the screen, that the person is spared.
    ``earlier_traces`` are the courses of the face in the person's earlier sessions: a replayed
    recording repeats one. ``camera`` is the name that the browser gives its camera.
    """

    session_id: str
    attempt: int
    template_frames: int
    exempt: frozenset[str]
    earlier_traces: Sequence[Trace] = ()
    template_version: int = 1
    provisional: bool = False
    camera: str = ""


ExaminerFactory = Callable[[Case], Examiner]
