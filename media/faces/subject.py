"""Whose examination it is, and what is known before it begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from media.faces.calibration import OperatingPoint, operating_point
from media.faces.outcomes import SCREEN_LIGHT, PromptKind
from media.faces.trace import Trace

ALL_KINDS = frozenset(PromptKind)


@dataclass(frozen=True, slots=True)
class Subject:
    """The reference's model and size, and what is known of the person.

    ``exempt``: kinds of movement, and SCREEN_LIGHT, that an officer spared the person.
    ``earlier_traces`` are of the person's earlier sessions. ``point``: None is the shipped one of
    the model. ``kinds``: what this installation asks for at all. ``camera`` is the name that the
    browser gives its camera.
    """

    model: str
    template_frames: int
    exempt: frozenset[str] = frozenset()
    earlier_traces: Sequence[Trace] = ()
    point: OperatingPoint | None = None
    kinds: frozenset[PromptKind] = ALL_KINDS
    screen_light: bool = True
    model_version: str = ""
    template_version: int = 1
    provisional: bool = False
    camera: str = ""

    @property
    def operating_point(self) -> OperatingPoint:
        """Raises ModelError(model_not_calibrated) for a model that nobody knows."""
        return self.point or operating_point(self.model)

    @property
    def allowed(self) -> list[PromptKind]:
        """The movements that the person may be asked for, in their usual order."""
        return [kind for kind in PromptKind if kind in self.kinds and kind.value not in self.exempt]

    @property
    def lit(self) -> bool:
        """Whether the screen's light is to be shown."""
        return self.screen_light and SCREEN_LIGHT not in self.exempt
