"""Who plays: public-domain portraits as persons, their templates, and the models that look on."""

from functools import cache

import cv2
import numpy as np

from media.faces.analysis import Analyser
from media.faces.picture import Picture, read_picture
from media.faces.stills import enrol
from roll_call.ports.faces import EnrolmentResult, Template
from server.simulate.portrait import Posture, portraits, puppet

ENROLMENT = (
    (Posture(), 1.0),
    (Posture(yaw=14.0), 0.9),
    (Posture(yaw=-14.0), 1.0),
    (Posture(pitch=6.0), 0.75),
)
"""Postures of enrolment pictures, and how bright the light is."""


@cache
def portrait(name: str) -> Picture:
    """A portrait by name."""
    return read_picture(portraits()[name].read_bytes())


def somebody_else(name: str) -> str:
    """The next portrait's name."""
    names = list(portraits())
    return names[(names.index(name) + 1) % len(names)]


def enrolment_pictures(image: Picture) -> list[bytes]:
    """JPEG pictures of an actor with this face for an enrolment: different pose and light."""
    actor = puppet(image)
    lit = (
        np.clip(actor.draw(posture).astype(np.float32) * light, 0, 255).astype(np.uint8)
        for posture, light in ENROLMENT
    )
    return [cv2.imencode(".jpg", picture)[1].tobytes() for picture in lit]


def enrolled(analyser: Analyser, pictures: list[bytes]) -> EnrolmentResult:
    """The enrolment of these pictures, at once."""
    steps = enrol(analyser, pictures)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: EnrolmentResult = done.value
            return result


class Company:
    """One process's models and the templates of its cast; ``close`` it."""

    def __init__(self, backend: str = "sface") -> None:
        """Raises ModelError."""
        self.analyser = Analyser(backend)
        self._templates: dict[str, Template] = {}

    def template(self, name: str) -> Template:
        """The enrolment of a portrait."""
        if name not in self._templates:
            result = enrolled(self.analyser, enrolment_pictures(portrait(name)))
            assert result.template is not None, [report.problem for report in result.reports]
            self._templates[name] = result.template
        return self._templates[name]

    def close(self) -> None:
        """Free the models."""
        self.analyser.close()
