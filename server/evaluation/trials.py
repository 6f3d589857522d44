"""Templates against probes: every pair with its score and its two persons."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from media.faces.embedders import Embedder
from server.evaluation.acquisition import Face

Scores = npt.NDArray[np.float64]
Persons = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scores with the persons of template and probe, all of one length."""

    scores: Scores
    enrolled: Persons
    probed: Persons

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Pairs":
        """Those of a mask."""
        return Pairs(self.scores[chosen], self.enrolled[chosen], self.probed[chosen])


@dataclass(frozen=True, slots=True)
class Trials:
    """``not_enrolled``: persons with too few faces; ``without_probe``: all their faces enrolled."""

    genuine: Pairs
    impostor: Pairs
    enrolled: frozenset[int]
    not_enrolled: frozenset[int]
    without_probe: frozenset[int]

    def among(self, persons: Collection[int]) -> "Trials":
        """The trials in which only these persons take part."""
        chosen = np.array(sorted(persons))
        kept = frozenset(persons)

        def inside(pairs: Pairs) -> Pairs:
            return pairs.of(np.isin(pairs.enrolled, chosen) & np.isin(pairs.probed, chosen))

        return Trials(
            inside(self.genuine),
            inside(self.impostor),
            self.enrolled & kept,
            self.not_enrolled & kept,
            self.without_probe & kept,
        )


def run_trials(embedder: Embedder, faces: list[Face], persons: int, enrol_frames: int) -> Trials:
    """Enrol the first ``enrol_frames`` faces of each person; compare all with all other faces."""
    by_person: list[list[Face]] = [[] for _ in range(persons)]
    for face in faces:
        by_person[face.person].append(face)
    enrolled = {n: own for n, own in enumerate(by_person) if len(own) >= enrol_frames}
    probes = [face for own in enrolled.values() for face in own[enrol_frames:]]
    probed = np.array([face.person for face in probes], np.int64)
    vectors = np.stack([face.vector for face in probes]) if probes else None
    rows, owners = [], []
    for number, own in enrolled.items():
        template = embedder.combine([face.vector for face in own[:enrol_frames]])
        if vectors is not None:
            rows.append(embedder.similarities(template, vectors).astype(np.float64))
            owners.append(np.full(len(probed), number))
    pairs = Pairs(
        np.concatenate(rows) if rows else np.zeros(0),
        np.concatenate(owners) if owners else np.zeros(0, np.int64),
        np.tile(probed, len(rows)),
    )
    same = pairs.enrolled == pairs.probed
    return Trials(
        genuine=pairs.of(same),
        impostor=pairs.of(~same),
        enrolled=frozenset(enrolled),
        not_enrolled=frozenset(range(persons)) - enrolled.keys(),
        without_probe=frozenset(n for n, own in enrolled.items() if len(own) == enrol_frames),
    )
