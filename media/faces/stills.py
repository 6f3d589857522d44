"""Enrolment and comparison of still pictures, one picture a step so that frames go on between."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from media.faces.analysis import Analyser
from media.faces.calibration import operating_point
from media.faces.embedder import as_template
from media.faces.picture import Vector, at_most, read_picture
from roll_call.errors import FaceError
from roll_call.ports.faces import (
    Comparison,
    EnrolmentResult,
    FaceProblem,
    PictureReport,
    Pose,
)

STILL_SIDE = 1280
FRONTAL_DEG = 45.0


@dataclass(frozen=True, slots=True)
class Still:
    """One picture's report, its number of faces and, where usable, its vector."""

    report: PictureReport
    faces: int
    vector: Vector | None


def assess_still(analyser: Analyser, data: bytes) -> Still:
    """Look at one JPEG or PNG file."""
    try:
        picture = at_most(read_picture(data), STILL_SIDE, STILL_SIDE)
    except FaceError:
        return Still(PictureReport(FaceProblem.UNREADABLE, None, None), 0, None)
    seen, look = analyser.look_closely(picture)
    vector = None
    problem = look.problem
    if problem is None and look.mesh is not None:
        vector = analyser.embed(seen, look.mesh)
        problem = FaceProblem.NO_FACE if vector is None else None
    return Still(PictureReport(problem, look.quality, look.pose), look.faces, vector)


def enrol(analyser: Analyser, pictures: Sequence[bytes]) -> Generator[None, None, EnrolmentResult]:
    """A template of the usable pictures."""
    stills: list[Still] = []
    for data in pictures:
        stills.append(assess_still(analyser, data))
        yield
    vectors = [still.vector for still in stills if still.vector is not None]
    best = max(
        (index for index, still in enumerate(stills) if still.vector is not None),
        key=lambda index: _portrait_worth(stills[index].report),
        default=None,
    )
    template = as_template(analyser.embedder, vectors) if vectors else None
    return EnrolmentResult(template, tuple(still.report for still in stills), best)


def compare(analyser: Analyser, a: bytes, b: bytes) -> Generator[None, None, Comparison]:
    """Two pictures against each other, at the threshold of a single picture."""
    first = assess_still(analyser, a)
    yield
    second = assess_still(analyser, b)
    similarity = None
    if first.vector is not None and second.vector is not None:
        similarity = analyser.embedder.similarity(first.vector, second.vector)
    model = analyser.embedder.model
    return Comparison(
        model=model,
        similarity=similarity,
        threshold=operating_point(model).threshold(1),
        faces=(first.faces, second.faces),
        reports=(first.report, second.report),
    )


def _portrait_worth(report: PictureReport) -> float:
    """Sharp and looking straight ahead."""
    pose, quality = report.pose or Pose(0, 0, 0), report.quality
    aside = (abs(pose.yaw) + abs(pose.pitch) + abs(pose.roll)) / FRONTAL_DEG
    return (quality.sharpness if quality else 0.0) * max(0.0, 1 - aside)
