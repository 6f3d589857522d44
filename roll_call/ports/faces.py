"""The face verifier's port: encoded frames and pictures in, observations out.

Decoding and inference happen in worker processes, so that neither a corrupt frame nor a slow model
ever touches the event loop. The worker knows frames and faces; it decides nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class FaceProblem(StrEnum):
    """Why a picture cannot be used; worded for people in the dictionaries."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TOO_FAR = "too_far"
    TOO_CLOSE = "too_close"
    BLURRED = "blurred"
    TURNED_AWAY = "turned_away"
    COVERED = "covered"
    EYES_CLOSED = "eyes_closed"
    OFF_CENTER = "off_center"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Pose:
    """Head pose in degrees, in the person's own terms: ``yaw`` > 0 is a turn to their own LEFT,
    ``pitch`` > 0 is looking down, ``roll`` > 0 is tilting to their own left."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures behind a ``FaceProblem``; brightness 0..255, sizes in pixels, coverage 0..1."""

    eye_distance_px: float
    brightness: float
    sharpness: float
    covered: float


@dataclass(frozen=True, slots=True)
class FaceObservation:
    """What one frame showed. ``similarity`` only where asked for and usable.

    Its scale is the backend's: cosine (-1..1) for SFace, 1 - distance for dlib.
    """

    session: str
    media_s: float
    faces: int
    problem: FaceProblem | None
    pose: Pose | None
    eyes_closed: float
    mouth_open: float
    quality: Quality | None
    similarity: float | None


@dataclass(frozen=True, slots=True)
class Template:
    """A reference of one person: the mean of ``frames`` embeddings, float32 little-endian."""

    model: str
    frames: int
    vector: bytes


@dataclass(frozen=True, slots=True)
class PictureReport:
    """One enrolment picture's fate."""

    problem: FaceProblem | None
    quality: Quality | None
    pose: Pose | None


@dataclass(frozen=True, slots=True)
class EnrolmentResult:
    """``template`` is None when no picture was usable; ``portrait_index`` is the best picture."""

    template: Template | None
    reports: tuple[PictureReport, ...]
    portrait_index: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two pictures against each other."""

    model: str
    similarity: float | None
    threshold: float
    faces: tuple[int, int]
    reports: tuple[PictureReport, PictureReport]


@dataclass(frozen=True, slots=True)
class VerifierLost:
    """The worker that held a session died; the session must be opened again."""

    session: str


FaceEvent = FaceObservation | VerifierLost


class FaceVerifier(Protocol):
    """One backend (``model``) behind a pool of worker processes."""

    model: str

    async def start(self, on_event: Callable[[FaceEvent], None]) -> None:
        """Start the workers and load the models; raises ``roll_call.errors.ModelError``."""

    def open(self, session: str, codec: str, template: Template | None) -> None:
        """Pin a session to a worker."""

    def push(self, session: str, media_s: float, keyframe: bool, data: bytes, embed: bool) -> None:
        """Hand over one encoded frame; ``embed`` asks for a similarity of this frame."""

    def close_session(self, session: str) -> None:
        """Forget a session."""

    async def enrol(self, pictures: Sequence[bytes]) -> EnrolmentResult:
        """Assess JPEG or PNG pictures and make a template of the usable ones."""

    async def compare(self, a: bytes, b: bytes) -> Comparison:
        """Compare two pictures."""

    def threshold(self, frames: int) -> float:
        """The similarity that a template of so many frames needs (calibrated per model)."""

    async def close(self) -> None:
        """Stop the workers."""
