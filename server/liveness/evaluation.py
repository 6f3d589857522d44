"""Presentation attack detection measured on a folder of videos, in the terms of ISO/IEC 30107-3.

``DIR/live/*.webm`` are bona fide presentations, ``DIR/attack/<species>/*.webm`` attacks, each with
a sidecar. APCER: attack presentations of one species classified as bona fide; BPCER: bona fide
presentations classified as attacks (a picture in which nobody can be judged counts as such).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av

from media.faces.analysis import Analyser
from media.faces.decoder import as_picture
from media.faces.picture import Vector, read_picture
from roll_call.errors import FaceError
from server.liveness.figures import Rate
from server.liveness.screening import Screener, Screening
from server.liveness.sidecar import BadSidecar, Sidecar, read_sidecar

LIVE = "live"
ATTACK = "attack"
PATTERN = "*.webm"


class NothingToEvaluate(Exception):
    """The folder holds no video where one is looked for."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """One video: ``species`` is None for a live person."""

    path: Path
    species: str | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file that could not be evaluated, and why."""

    file: str
    why: str


@dataclass
class Evaluation:
    """What came of all the videos of a folder."""

    screenings: list[tuple[Presentation, Screening]] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    species: frozenset[str] = frozenset()

    @property
    def bpcer(self) -> Rate:
        """Live persons taken for attacks."""
        seen = [screening for shown, screening in self.screenings if shown.species is None]
        return Rate(sum(not screening.live for screening in seen), len(seen))

    @property
    def apcer(self) -> dict[str, Rate]:
        """Attacks taken for live persons, by species; also of those without a usable file."""
        return {name: self._passed(name) for name in sorted(self.species)}

    def _passed(self, species: str) -> Rate:
        seen = [screening for shown, screening in self.screenings if shown.species == species]
        return Rate(sum(screening.live for screening in seen), len(seen))

    def reasons(self, species: str | None) -> dict[str, int]:
        """Why presentations were taken for attacks, and how often."""
        found = [s.why for shown, s in self.screenings if shown.species == species and s.why]
        return {why: found.count(why) for why in sorted(set(found))}

    def as_json(self) -> dict[str, Any]:
        """The command's contract; fractions with 95 % intervals."""
        return {
            "standard": "ISO/IEC 30107-3",
            "apcer": {
                name: rate.as_json("passed", "attacks") | {"reasons": self.reasons(name)}
                for name, rate in self.apcer.items()
            },
            "bpcer": self.bpcer.as_json("rejected", "presentations")
            | {"reasons": self.reasons(None)},
            "interval": "Clopper-Pearson, 95 %",
            "files": len(self.screenings) + len(self.unusable),
            "unusable": [{"file": bad.file, "why": bad.why} for bad in self.unusable],
        }


def presentations(folder: Path) -> list[Presentation]:
    """The videos of a folder; raises ``NothingToEvaluate``."""
    found = [Presentation(path, None) for path in sorted((folder / LIVE).glob(PATTERN))]
    for species in sorted(path for path in (folder / ATTACK).glob("*") if path.is_dir()):
        found += [Presentation(path, species.name) for path in sorted(species.glob(PATTERN))]
    if not found:
        raise NothingToEvaluate(
            f"no videos in {folder}: looked for {LIVE}/{PATTERN} and {ATTACK}/<species>/{PATTERN}"
        )
    return found


def evaluate(
    folder: Path, analyser: Analyser, on_file: Callable[[int, int], None] = lambda done, total: None
) -> Evaluation:
    """Every video of a folder; ``on_file`` is told how many are done, and of how many.

    Raises ``NothingToEvaluate``.
    """
    shown = presentations(folder)
    result = Evaluation(species=frozenset(one.species for one in shown if one.species))
    for index, presentation in enumerate(shown):
        try:
            result.screenings.append((presentation, screen(presentation.path, analyser)))
        except (BadSidecar, av.FFmpegError, OSError) as error:
            file = presentation.path.relative_to(folder).as_posix()
            result.unusable.append(Unusable(file, _plain(error)))
        on_file(index + 1, len(shown))
    return result


def screen(path: Path, analyser: Analyser) -> Screening:
    """One video. Raises ``BadSidecar``, ``av.FFmpegError`` and ``OSError`` where it is unusable."""
    sidecar = read_sidecar(path)
    screener = Screener(sidecar, analyser, _reference(path, sidecar, analyser))
    shown = 0
    for at_s, frame in _frames(path):
        screener.see(as_picture(frame), at_s)
        shown += 1
    if not shown:
        raise OSError("no picture in it")
    return screener.conclude()


def _frames(path: Path) -> Iterator[tuple[float, av.VideoFrame]]:
    with av.open(str(path)) as container:
        if not container.streams.video:
            return
        for frame in container.decode(video=0):
            yield float(frame.time or 0.0), frame


def _reference(path: Path, sidecar: Sidecar, analyser: Analyser) -> Vector | None:
    """The vector of the picture that the sidecar names."""
    if sidecar.reference is None:
        return None
    if Path(sidecar.reference).name != sidecar.reference:
        raise BadSidecar("sidecar: reference: a file name without folders is wanted")
    try:
        data = path.with_name(sidecar.reference).read_bytes()
        picture, look = analyser.look_closely(read_picture(data))
    except (OSError, FaceError) as error:
        raise BadSidecar("the reference picture cannot be read") from error
    if look.mesh is None:
        raise BadSidecar("no face in the reference picture")
    return analyser.embed(picture, look.mesh)


def _plain(error: Exception) -> str:
    if isinstance(error, av.FFmpegError):
        return f"cannot be decoded: {error.strerror}"
    return str(error)
