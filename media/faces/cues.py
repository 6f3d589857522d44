"""Soft signs of a replay over a whole session: of a screen, a still background, a virtual camera.

Each was measured on honest footage and limited to less than one false alarm in a hundred sessions
(``docs/accuracy.md``). A sign lowers the assurance of a match, which leads to a call; it condemns
nobody, and its absence proves nothing.

``Cue.REGULAR_TIMING`` is never found: a browser writes capture times rounded to milliseconds, and
a good camera's clock is as regular as a program's (docs/decisions/0023-soft-signals.md).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Any

from roll_call.assurance import Cue
from roll_call.ports.faces import FaceObservation, FaceProblem, ReplayCues

MIN_LOOKS = 3
NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class CueLimits:
    """From which median over a session's looks a sign counts; see ``ReplayCues`` for the units.

    ``still``: a background that changes less, in grey levels, while the head moves further than
    ``head_moved`` of the picture's height.
    """

    border: float = 0.8
    moire: float = 0.45
    still: float = 0.02
    head_moved: float = 0.02


LIMITS = CueLimits()


@dataclass(slots=True)
class CueWatch:
    """One session's signs. ``camera_label``: what the browser calls its camera, or nothing."""

    camera_label: str
    limits: CueLimits = LIMITS
    _looks: list[ReplayCues] = field(default_factory=list)
    _places: list[tuple[float, float]] = field(default_factory=list)

    def see(self, seen: FaceObservation) -> None:
        """One look; counts where signs were looked for beside a single face."""
        if seen.cues is None or seen.problem is FaceProblem.SEVERAL_FACES:
            return
        self._looks.append(seen.cues)
        if seen.place is not None:
            self._places.append((seen.place.x, seen.place.y))

    def found(self) -> frozenset[Cue]:
        """The signs so far."""
        found = {Cue.VIRTUAL_CAMERA} if is_virtual(self.camera_label) else set[Cue]()
        if len(self._looks) < MIN_LOOKS:
            return frozenset(found)
        if self._median("border") >= self.limits.border:
            found.add(Cue.SCREEN_BORDER)
        if self._median("moire") >= self.limits.moire:
            found.add(Cue.MOIRE)
        if self._background_is_still():
            found.add(Cue.STATIC_BACKGROUND)
        return frozenset(found)

    def summary(self) -> dict[str, Any]:
        """What was measured, as plain values for the record."""
        background = self._background()
        return {
            "looks": len(self._looks),
            "border": round(self._median("border"), 3) if self._looks else None,
            "moire": round(self._median("moire"), 3) if self._looks else None,
            "background": None if background is None else round(background, 3),
            "head_moved": round(self._head_moved(), 3),
            "camera": self.camera_label,
            "found": sorted(cue.value for cue in self.found()),
        }

    def _median(self, measure: str) -> float:
        return float(median(getattr(look, measure) for look in self._looks))

    def _background(self) -> float | None:
        changes = [look.background for look in self._looks if look.background is not None]
        return median(changes) if changes else None

    def _background_is_still(self) -> bool:
        background = self._background()
        moved = self._head_moved() >= self.limits.head_moved
        return background is not None and moved and background < self.limits.still

    def _head_moved(self) -> float:
        """The longest way of the face's middle along one axis, in picture heights."""
        axes = list(zip(*self._places, strict=True))
        return max((max(axis) - min(axis) for axis in axes), default=0.0)


def is_virtual(camera_label: str) -> bool:
    """Whether a camera's name is known as that of a program."""
    label, known = camera_label.casefold(), _virtual_names()
    words = f" {' '.join(NOT_A_WORD.split(label))} "
    return any(name in label for name in known["anywhere"]) or any(
        f" {name} " in words for name in known["words"]
    )


@cache
def _virtual_names() -> Mapping[str, list[str]]:
    text = (files("media.faces") / "virtual_cameras.toml").read_text("utf-8")
    names: Mapping[str, list[str]] = tomllib.loads(text)
    return names
