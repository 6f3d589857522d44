"""Why a verification ended as it did, as codes that the dictionaries word (结论说明).

For officers everything that the record holds: model, threshold, frames, what was asked and how
soon it was answered, light, signs. For the person only what to know and what to mend: a score or a
latency would teach somebody how to do better at deceiving.

The evidence is the JSON of the record. Records of before kept less; what is missing is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from roll_call.verification_state import Assurance, Inconclusive, VerificationState

Evidence = Mapping[str, Any]
Param = str | int | float


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence: its code, and what to fill in.

    The parameters ``kind`` and ``problem`` are codes themselves (a movement, a FaceProblem).
    """

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the machine said, apart from what it rests on."""

    state: VerificationState
    assurance: Assurance | None = None
    inconclusive: Inconclusive | None = None


def for_officer(outcome: Outcome, evidence: Evidence) -> tuple[Told, ...]:
    """Everything, the verdict first and the limit that always holds last."""
    return (
        *_verdict(outcome, evidence),
        *_hindrance(evidence),
        *_comparison(evidence),
        *_prompts(evidence),
        *_light(evidence),
        *_changes(evidence),
        *_assurance(outcome, evidence),
    )


def for_person(outcome: Outcome, evidence: Evidence) -> tuple[Told, ...]:
    """What the person may know: no figure, no sign, no blame."""
    match outcome.state:
        case VerificationState.MATCH if outcome.assurance is not None and outcome.assurance.clears:
            return (Told("person.recognised"),)
        case VerificationState.MATCH:
            return (Told("person.call_to_be_sure"),)
        case VerificationState.MISMATCH:
            return (Told("person.not_sure_who"),)
    why = outcome.inconclusive or Inconclusive.DEADLINE
    return (Told(f"person.{why.value}"), *_hindrance(evidence, "person.hindered"))


def codes(told: Iterable[Told]) -> list[str]:
    """The codes alone, for the record."""
    return [one.code for one in told]


def _verdict(outcome: Outcome, evidence: Evidence) -> tuple[Told, ...]:
    if outcome.inconclusive is not None:
        return (Told(f"verdict.{outcome.inconclusive.value}"),)
    seen, threshold = evidence.get("similarity") or {}, evidence.get("threshold")
    undecided = outcome.state is VerificationState.INCONCLUSIVE
    if undecided or seen.get("median") is None or threshold is None:
        return (Told(f"verdict.{outcome.state.value}_plain"),)
    figures = {"median": seen["median"], "threshold": threshold, "frames": seen["frames"]}
    return (Told(f"verdict.{outcome.state.value}", figures),)


def _hindrance(evidence: Evidence, code: str = "hindered") -> tuple[Told, ...]:
    problem = evidence.get("hindrance")
    return (Told(code, {"problem": problem}),) if problem else ()


def _comparison(evidence: Evidence) -> tuple[Told, ...]:
    said: list[Told] = []
    if evidence.get("model_version"):
        model = {"model": evidence["model"], "version": evidence["model_version"]}
        said.append(Told("model", {**model, "threshold": evidence.get("threshold", "")}))
    if evidence.get("template_frames"):
        template = {"frames": evidence["template_frames"]}
        if evidence.get("template_version"):
            version = {"version": evidence["template_version"]}
            said.append(Told("template_version", {**template, **version}))
        else:
            said.append(Told("template", template))
    return tuple(said)


def _prompts(evidence: Evidence) -> tuple[Told, ...]:
    said = []
    for prompt in evidence.get("prompts", ()):
        kind, latency_s = {"kind": prompt["kind"]}, prompt.get("latency_s")
        if prompt.get("void"):
            said.append(Told("prompt_void", kind))
        elif not prompt["passed"]:
            said.append(Told(f"prompt_{prompt.get('why') or 'failed'}", kind))
        elif latency_s is None:
            said.append(Told("prompt_passed", kind))
        else:
            said.append(Told("prompt_passed_after", {**kind, "latency_s": latency_s}))
    spared = (evidence.get("liveness") or {}).get("exempt", ())
    return (*said, *(Told("spared", {"kind": kind}) for kind in spared))


def _light(evidence: Evidence) -> tuple[Told, ...]:
    light = evidence.get("screen_light")
    if not light:
        return ()
    if light["outcome"] == "responds" and light.get("lag_s") is not None:
        return (Told("light_responds", {"lag_s": light["lag_s"]}),)
    return (Told(f"light_{light['outcome']}"),)


def _changes(evidence: Evidence) -> tuple[Told, ...]:
    return tuple(
        Told(f"change_{change['why']}", {"media_s": change["media_s"]})
        for change in evidence.get("changes", ())
    )


def _assurance(outcome: Outcome, evidence: Evidence) -> tuple[Told, ...]:
    """The level belongs to a match alone; what lowers it is said of every verdict."""
    level = outcome.assurance
    first = (Told(f"assurance.{level.value}"),) if level is not None else ()
    return (*first, *(Told(f"limit.{code}") for code in evidence.get("assurance_reasons", ())))
