"""The face verifier's port: encoded frames and pictures in, observations out.

Decoding and inference happen in worker processes, so that neither a corrupt frame nor a slow model
ever touches the event loop. The worker knows frames and faces; it decides nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from roll_call.face_problem import FaceProblem as FaceProblem


@dataclass(frozen=True, slots=True)
class Pose:
    """Head pose in degrees, in the person's own terms: ``yaw`` > 0 is a turn to their own LEFT,
    ``pitch`` > 0 is looking down, ``roll`` > 0 is tilting to their own left."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures behind a ``FaceProblem``; brightness 0..255.

    The eyes' distance in pixels says how much there is to see; as a share of the picture's shorter
    side it says how near the face is, whatever resolution a browser has just gone over to.
    ``mask`` and ``dark_glasses``: how surely one is worn, 0..1; None where nobody looked for it.
    """

    eye_distance_px: float
    eye_distance_share: float
    brightness: float
    sharpness: float
    mask: float | None = None
    dark_glasses: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the largest face is: middle and height as shares (0..1) of the picture's height."""

    x: float
    y: float
    height: float


Colour = tuple[float, float, float]
"""Red, green, blue as linear light, 0..1 (IEC 61966-2-1 without its gamma)."""


@dataclass(frozen=True, slots=True)
class Light:
    """The mean colour of the face's skin and of what is around the face."""

    face: Colour
    around: Colour


@dataclass(frozen=True, slots=True)
class ReplayCues:
    """Soft signs that a screen or a print is before the camera, each 0 (none) .. 1 (plain).

    ``border``: straight edges of a lit rectangle around the face; ``moire``: a periodic pattern
    finer than any skin. ``background``: mean absolute change of the surroundings since the last
    look, in grey levels; None at the first one.
    """

    border: float
    moire: float
    background: float | None


@dataclass(frozen=True, slots=True)
class FaceObservation:
    """What one frame showed. ``similarity`` only where asked for and usable.

    Its scale is the backend's: cosine (-1..1) for SFace, 1 - distance for dlib. ``continuity`` is
    the likeness, on the same scale, to the first face that was embedded in this session; it is
    also given in the midst of a movement (turned aside, eyes closed), where there is no similarity.
    ``eyes_closed`` and ``mouth_open`` 0..1. ``light`` and ``cues`` where ``Watch`` asks for them.
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
    continuity: float | None = None
    place: Place | None = None
    light: Light | None = None
    cues: ReplayCues | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """How a session's frames are to be looked at from now on.

    At most one look in ``interval_s`` seconds of media time (a wanted similarity comes sooner);
    ``light``: measure colours in every look; ``cues``: look for signs of a replay where a
    similarity is taken; ``coverings``: look for a mask and dark glasses in every look, not only
    where a similarity is taken.
    """

    interval_s: float = 0.095
    light: bool = False
    cues: bool = True
    coverings: bool = True


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which embedder compares: ``version`` is the head of the weights' SHA-256 (12 digits)."""

    name: str
    version: str
    licence: str


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
class Glance:
    """What one keyframe showed: ``similarities`` of its largest face to each template asked for,
    None where there is no usable face; ``still`` is the picture as JPEG where it was asked for."""

    faces: int
    similarities: tuple[float, ...] | None
    still: bytes | None


@dataclass(frozen=True, slots=True)
class VerifierLost:
    """The worker that held a session died; the session must be opened again."""

    session: str


FaceEvent = FaceObservation | VerifierLost


class FaceVerifier(Protocol):
    """One backend (``model``) behind a pool of worker processes."""

    model: str
    info: ModelInfo

    async def start(self, on_event: Callable[[FaceEvent], None]) -> None:
        """Start the workers and load the models; raises ``roll_call.errors.ModelError``."""

    def open(self, session: str, codec: str, template: Template | None) -> None:
        """Pin a session to a worker."""

    def push(self, session: str, media_s: float, keyframe: bool, data: bytes, embed: bool) -> None:
        """Hand over one encoded frame; ``embed`` asks for a similarity of this frame."""

    def watch(self, session: str, watch: Watch) -> None:
        """Look at a session's frames in another way from now on; unknown ones are no error."""

    def close_session(self, session: str) -> None:
        """Forget a session."""

    async def enrol(self, pictures: Sequence[bytes]) -> EnrolmentResult:
        """Assess JPEG or PNG pictures and make a template of the usable ones.

        A picture that shows nothing new beside the earlier ones is TOO_ALIKE and left out.
        """

    async def alike(self, template: Template, others: Sequence[Template]) -> list[float]:
        """The similarity of a template to each of others of the same model."""

    async def compare(self, a: bytes, b: bytes) -> Comparison:
        """Compare two pictures."""

    async def glance(
        self, codec: str, keyframe: bytes, templates: Sequence[Template], keep: bool
    ) -> Glance | None:
        """Look at one keyframe by itself; None where it cannot be decoded. ``keep``: give a still.

        Nothing is pinned to a worker: a look now and then at many sessions costs only itself.
        """

    def threshold(self, frames: int) -> float:
        """The similarity that a template of so many frames needs (calibrated per model)."""

    async def close(self) -> None:
        """Stop the workers."""
