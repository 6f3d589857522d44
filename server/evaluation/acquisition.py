"""From picture files to vectors; what gives no face is counted and named."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from media.faces.analysis import Analyser
from media.faces.picture import Vector, at_most, read_picture
from media.faces.stills import STILL_SIDE
from roll_call.errors import FaceError
from roll_call.ports.faces import FaceProblem
from server.evaluation.folder import Person

Progress = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Face:
    """One picture's largest face. ``person`` counts from 0; ``problem`` is the quality gate's."""

    person: int
    vector: Vector
    problem: FaceProblem | None


@dataclass(slots=True)
class Acquired:
    """``unreadable`` and ``faceless`` name pictures as person/file; times are CPU seconds."""

    faces: list[Face] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    faceless: list[str] = field(default_factory=list)
    look_s: float = 0.0
    embed_s: float = 0.0

    @property
    def refused(self) -> dict[str, int]:
        """How many of the faces the quality gate would refuse, by its reason."""
        return dict(Counter(face.problem.value for face in self.faces if face.problem))

    @property
    def usable(self) -> list[Face]:
        """The faces that the quality gate lets pass."""
        return [face for face in self.faces if face.problem is None]


def acquire(analyser: Analyser, persons: list[Person], on_picture: Progress) -> Acquired:
    """Look at every picture and embed its largest face."""
    acquired = Acquired()
    for number, person in enumerate(persons):
        for file in person.files:
            _take(acquired, analyser, number, file, f"{person.name}/{file.name}")
            on_picture()
    return acquired


def _take(acquired: Acquired, analyser: Analyser, number: int, file: Path, name: str) -> None:
    try:
        picture = at_most(read_picture(file.read_bytes()), STILL_SIDE, STILL_SIDE)
    except (FaceError, OSError):
        acquired.unreadable.append(name)
        return
    began = time.process_time()
    seen, look = analyser.look_closely(picture)
    looked = time.process_time()
    vector = analyser.embed(seen, look.mesh) if look.mesh is not None else None
    if vector is None:
        acquired.faceless.append(name)
        return
    acquired.look_s += looked - began
    acquired.embed_s += time.process_time() - looked
    acquired.faces.append(Face(number, vector, look.problem))
