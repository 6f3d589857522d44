"""Enrolment and comparison of still pictures, one picture a step so that frames go on between.

A template is worth what its pictures differ in: one that shows the same pose in the same light as
an earlier one is left out, however good it is.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from media.faces.analysis import Analyser
from media.faces.embedders import as_template, similarity
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
class AlikeLimits:
    """Within all of these, a picture shows nothing that another does not.

    ``pose_deg`` of yaw, pitch and roll; ``brightness`` in levels of 255; ``likeness`` as a share of
    the way from the model's threshold to the same vector.
    """

    pose_deg: float = 4.0
    brightness: float = 15.0
    likeness: float = 0.7


ALIKE = AlikeLimits()


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
    if look.problem is None and look.mesh is not None:
        vector = analyser.embed(seen, look.mesh)
    return Still(PictureReport(look.problem, look.quality, look.pose), look.faces, vector)


def enrol(analyser: Analyser, pictures: Sequence[bytes]) -> Generator[None, None, EnrolmentResult]:
    """A template of the usable pictures that differ from each other; the first of two stays."""
    stills: list[Still] = []
    for data in pictures:
        still = assess_still(analyser, data)
        if any(too_alike(analyser, still, earlier) for earlier in stills):
            report = replace(still.report, problem=FaceProblem.TOO_ALIKE)
            still = replace(still, report=report, vector=None)
        stills.append(still)
        yield
    vectors = [still.vector for still in stills if still.vector is not None]
    best = max(
        (index for index, still in enumerate(stills) if still.vector is not None),
        key=lambda index: _portrait_worth(stills[index].report),
        default=None,
    )
    template = as_template(analyser.embedder, vectors) if vectors else None
    return EnrolmentResult(template, tuple(still.report for still in stills), best)


def too_alike(analyser: Analyser, one: Still, other: Still, limits: AlikeLimits = ALIKE) -> bool:
    """Whether two usable pictures show nearly the same; False where one is not usable."""
    if one.vector is None or other.vector is None:
        return False
    if not _same_pose(one.report, other.report, limits):
        return False
    if not _same_light(one.report, other.report, limits):
        return False
    threshold = analyser.point.threshold(1)
    same = threshold + limits.likeness * (1 - threshold)
    return similarity(analyser.embedder, one.vector, other.vector) >= same


def compare(analyser: Analyser, a: bytes, b: bytes) -> Generator[None, None, Comparison]:
    """Two pictures against each other, at the threshold of a single picture."""
    first = assess_still(analyser, a)
    yield
    second = assess_still(analyser, b)
    likeness = None
    if first.vector is not None and second.vector is not None:
        likeness = similarity(analyser.embedder, first.vector, second.vector)
    return Comparison(
        model=analyser.embedder.model,
        similarity=likeness,
        threshold=analyser.point.threshold(1),
        faces=(first.faces, second.faces),
        reports=(first.report, second.report),
    )


def _same_pose(one: PictureReport, other: PictureReport, limits: AlikeLimits) -> bool:
    if one.pose is None or other.pose is None:
        return False
    turned = (
        one.pose.yaw - other.pose.yaw,
        one.pose.pitch - other.pose.pitch,
        one.pose.roll - other.pose.roll,
    )
    return max(abs(angle) for angle in turned) <= limits.pose_deg


def _same_light(one: PictureReport, other: PictureReport, limits: AlikeLimits) -> bool:
    if one.quality is None or other.quality is None:
        return False
    return abs(one.quality.brightness - other.quality.brightness) <= limits.brightness


def _portrait_worth(report: PictureReport) -> float:
    """Sharp and looking straight ahead."""
    pose, quality = report.pose or Pose(0, 0, 0), report.quality
    aside = (abs(pose.yaw) + abs(pose.pitch) + abs(pose.roll)) / FRONTAL_DEG
    return (quality.sharpness if quality else 0.0) * max(0.0, 1 - aside)
