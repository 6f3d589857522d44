"""What a person is told of a try at the movements, as it goes on."""

from dataclasses import dataclass

from media.faces.liveness import LivenessTry, Phase
from media.faces.outcomes import HoldStill, PromptIssued, StepPassed, Told


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a try stood at a moment."""

    phase: Phase
    prompts: int


def standing(tried: LivenessTry) -> Standing:
    """Where it stands now."""
    return Standing(tried.phase, len(tried.steps))


def news(tried: LivenessTry, before: Standing) -> list[Told]:
    """What has changed since then, apart from its end."""
    index, total = tried.index, len(tried.kinds)
    told: list[Told] = []
    if len(tried.steps) > before.prompts:
        step = tried.steps[-1]
        told.append(PromptIssued(step.id, step.kind, index, total, step.digits))
    if tried.phase is before.phase:
        return told
    if tried.phase is Phase.RETURN:
        told.append(StepPassed(index, total))
    elif tried.at_rest and before.phase is not Phase.SETTLE:
        told.append(HoldStill(index, total))
    return told
