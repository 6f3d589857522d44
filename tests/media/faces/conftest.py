"""Models and faces for the tests of this folder."""

from collections.abc import Iterator
from functools import cache

import cv2
import pytest

from media.faces.analysis import Analyser
from media.faces.picture import Picture, read_picture
from media.faces.stills import enrol
from roll_call.ports.faces import EnrolmentResult
from server.liveness.casting import enrolment_pictures
from server.simulate.portrait import PortraitActor, portraits

BACKENDS = ("sface", "dlib")


@pytest.fixture(scope="session")
def sface() -> Iterator[Analyser]:
    """The default backend's models."""
    analyser = Analyser("sface")
    yield analyser
    analyser.close()


@pytest.fixture(scope="session", params=BACKENDS)
def analyser(request: pytest.FixtureRequest, sface: Analyser) -> Iterator[Analyser]:
    """Every backend's models, one after the other."""
    if request.param == "sface":
        yield sface
        return
    other = Analyser(request.param)
    yield other
    other.close()


@cache
def portrait(name: str) -> Picture:
    """A public-domain portrait."""
    return read_picture(portraits()[name].read_bytes())


def actor(name: str, seed: int) -> PortraitActor:
    """A cooperative person with this face."""
    return PortraitActor(portrait(name), seed=seed)


def jpeg(picture: Picture) -> bytes:
    """A picture file."""
    return cv2.imencode(".jpg", picture)[1].tobytes()


def enrolled(analyser: Analyser, pictures: list[bytes]) -> EnrolmentResult:
    """The enrolment of these pictures."""
    steps = enrol(analyser, pictures)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: EnrolmentResult = done.value
            return result


def three_pictures(name: str) -> list[bytes]:
    """Pictures for an enrolment: straight ahead, and to either side."""
    return enrolment_pictures(portrait(name))[:3]
