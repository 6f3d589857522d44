"""The whole evaluation as one JSON-able report."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media.faces.analysis import Analyser
from roll_call.errors import InvalidInput
from server.evaluation.acquisition import Acquired, Progress, acquire
from server.evaluation.folder import Person
from server.evaluation.intervals import METHOD, clopper_pearson, intervals
from server.evaluation.rates import FAR_LEVELS, accepted, equal_error, true_accepts
from server.evaluation.session_estimate import session_estimate
from server.evaluation.trials import Trials, run_trials

DIGITS = 7


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``trials`` are all pairs of pictures with a face, for the plot."""

    report: dict[str, Any]
    trials: Trials


def evaluate(
    analyser: Analyser,
    persons: list[Person],
    enrol_frames: int,
    groups: Mapping[str, str],
    on_picture: Progress,
) -> Evaluation:
    """Raises InvalidInput(evaluation_no_pairs) where nobody can be compared with anybody."""
    acquired = acquire(analyser, persons, on_picture)
    trials = run_trials(analyser.embedder, acquired.faces, len(persons), enrol_frames)
    if not len(trials.genuine.scores) or not len(trials.impostor.scores):
        raise InvalidInput("evaluation_no_pairs", frames=enrol_frames)
    report = {
        **_about(analyser, enrol_frames),
        **_acquisition(acquired, persons),
        **_enrolment(trials, persons),
        **_figures(analyser, trials, enrol_frames),
        "intervals": METHOD,
        "quality_gate": _gated(analyser, acquired, len(persons), enrol_frames),
        "session_estimate": session_estimate(trials, analyser.point, enrol_frames),
        "groups": _by_group(analyser, trials, persons, groups, enrol_frames),
    }
    return Evaluation(_rounded(report), trials)


def _about(analyser: Analyser, enrol_frames: int) -> dict[str, Any]:
    info, point = analyser.backend.info, analyser.point
    return {
        "model": info.name,
        "model_version": info.version,
        "licence": info.licence,
        "calibration": {"name": point.name, "data": point.data},
        "enrol_frames": enrol_frames,
    }


def _acquisition(acquired: Acquired, persons: list[Person]) -> dict[str, Any]:
    pictures = sum(len(person.files) for person in persons)
    failed = len(acquired.unreadable) + len(acquired.faceless)
    faces = max(1, len(acquired.faces))
    look_ms, embed_ms = acquired.look_s * 1000 / faces, acquired.embed_s * 1000 / faces
    return {
        "persons": len(persons),
        "pictures": pictures,
        "faces": len(acquired.faces),
        "unreadable": acquired.unreadable,
        "faceless": acquired.faceless,
        "failure_to_acquire": _share(failed, pictures),
        "ms_per_face": round(look_ms + embed_ms, 2),
        "ms": {"look": round(look_ms, 2), "align_and_embed": round(embed_ms, 2)},
    }


def _enrolment(trials: Trials, persons: list[Person]) -> dict[str, Any]:
    names = [persons[number].name for number in sorted(trials.not_enrolled)]
    return {
        "failures_to_enrol": len(names),
        "failure_to_enrol": {**_share(len(names), len(persons)), "names": names},
        "without_probe": len(trials.without_probe),
    }


def _figures(analyser: Analyser, trials: Trials, enrol_frames: int) -> dict[str, Any]:
    """The contract's figures, and further thresholds beside the shipped one."""
    threshold, others = analyser.point.threshold(enrol_frames), analyser.point.others
    genuine, impostor = trials.genuine.scores, trials.impostor.scores
    thresholds = [threshold, *others.values()]
    doubt = intervals(trials, thresholds)
    points = [
        {
            "threshold": value,
            "far": accepted(impostor, value),
            "far_interval": list(doubt.far[n]),
            "frr": 1 - accepted(genuine, value),
            "frr_interval": list(doubt.frr[n]),
        }
        for n, value in enumerate(thresholds)
    ]
    eer, shipped = equal_error(genuine, impostor), points[0]
    return {
        "genuine_pairs": len(genuine),
        "impostor_pairs": len(impostor),
        "eer": eer.rate,
        "eer_interval": list(doubt.eer),
        "eer_threshold": eer.threshold,
        "tar_at_far": {
            level: true_accepts(genuine, impostor, float(level)) for level in FAR_LEVELS
        },
        "tar_at_far_interval": {level: list(doubt.tar[level]) for level in FAR_LEVELS},
        "enough_impostors_for": [
            level for level in FAR_LEVELS if len(impostor) * float(level) >= 1
        ],
        "threshold": threshold,
        "far_at_threshold": shipped["far"],
        "far_at_threshold_interval": shipped["far_interval"],
        "frr_at_threshold": shipped["frr"],
        "frr_at_threshold_interval": shipped["frr_interval"],
        "other_thresholds": [
            {"name": name, **point} for name, point in zip(others, points[1:], strict=True)
        ],
    }


def _gated(
    analyser: Analyser, acquired: Acquired, persons: int, enrol_frames: int
) -> dict[str, Any]:
    """The same where the product's quality gate chooses; None where too little is left."""
    trials = run_trials(analyser.embedder, acquired.usable, persons, enrol_frames)
    left = len(trials.genuine.scores) and len(trials.impostor.scores)
    return {
        "refused": acquired.refused,
        "failures_to_enrol": len(trials.not_enrolled),
        "figures": _figures(analyser, trials, enrol_frames) if left else None,
    }


def _by_group(
    analyser: Analyser,
    trials: Trials,
    persons: list[Person],
    groups: Mapping[str, str],
    enrol_frames: int,
) -> dict[str, Any]:
    """Impostor pairs are those within a group: people who look alike, not people at large."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for number, person in enumerate(persons):
        if person.name in groups:
            members[groups[person.name]].append(number)
    found: dict[str, Any] = {}
    for group, numbers in sorted(members.items()):
        own = trials.among(numbers)
        enough = len(own.genuine.scores) and len(own.impostor.scores)
        figures = _figures(analyser, own, enrol_frames) if enough else {"too_few": True}
        found[group] = {"persons": len(numbers), **figures}
    return found


def _share(events: int, trials: int) -> dict[str, Any]:
    rate = events / trials
    return {
        "failed": events,
        "of": trials,
        "rate": rate,
        "interval": list(clopper_pearson(events, trials)),
    }


def _rounded(value: Any) -> Any:
    """Without digits that mean nothing."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list) else value
