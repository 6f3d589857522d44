"""How one session is looked at: what it is compared with, and what each look is to measure."""

from dataclasses import dataclass, field

from media.faces.analysis import Analyser
from media.faces.embedders import similarity
from media.faces.landmarks import Mesh
from media.faces.measures.cues import CueMeter
from media.faces.measures.light import light_of
from media.faces.picture import Picture, Vector
from media.faces.same_face import IN_A_MOVEMENT
from roll_call.ports.faces import FaceObservation, Place, Pose, Watch

ASIDE_DEG = 35.0
"""Farther aside a face resembles nobody."""


@dataclass(slots=True)
class Watcher:
    """``reference`` is the vector to compare with; ``first`` the first one of this session."""

    session: str
    reference: Vector | None
    watch: Watch = field(default_factory=Watch)
    first: Vector | None = None
    cues: CueMeter = field(default_factory=CueMeter)

    def observe(
        self, analyser: Analyser, picture: Picture, media_s: float, embed: bool
    ) -> FaceObservation:
        """What a picture shows, and with ``embed`` whose face it is.

        In the midst of a movement it is only compared with the session's own first face.
        """
        look = analyser.look(picture, coverings=embed or self.watch.coverings)
        mesh = look.mesh
        vector = usable = None
        if embed and mesh is not None and look.problem in IN_A_MOVEMENT and _faces_us(look.pose):
            vector = analyser.embed(picture, mesh)
        if look.problem is None:
            usable = vector
            self.first = vector if self.first is None else self.first
        return FaceObservation(
            session=self.session,
            media_s=media_s,
            faces=look.faces,
            problem=look.problem,
            pose=look.pose,
            eyes_closed=mesh.eyes_closed if mesh else 0.0,
            mouth_open=mesh.mouth_open if mesh else 0.0,
            quality=look.quality,
            similarity=_likeness(analyser, self.reference, usable),
            continuity=_likeness(analyser, self.first, vector),
            place=_place(picture, mesh),
            light=light_of(picture, mesh) if mesh and self.watch.light else None,
            cues=self.cues.measure(picture, mesh) if mesh and embed and self.watch.cues else None,
        )


def _faces_us(pose: Pose | None) -> bool:
    return pose is not None and max(abs(pose.yaw), abs(pose.pitch)) <= ASIDE_DEG


def _likeness(analyser: Analyser, one: Vector | None, other: Vector | None) -> float | None:
    """None too where the reference is of other weights that go by the same name."""
    if one is None or other is None or one.shape != other.shape:
        return None
    return similarity(analyser.embedder, one, other)


def _place(picture: Picture, mesh: Mesh | None) -> Place | None:
    """Of the face's box, in heights of the picture."""
    if mesh is None:
        return None
    tall = picture.shape[0]
    low, high = mesh.points[:, :2].min(0), mesh.points[:, :2].max(0)
    x, y = ((low + high) / 2 / tall).tolist()
    return Place(x, y, float(high[1] - low[1]) / tall)
