"""What stands beside a video of a test: which prompts its phone showed, and when.

``NAME.json`` beside ``NAME.webm``::

    {"version": 1, "nonce": "<hex>", "reference": "<file beside it, or left out>",
     "prompts": [{"kind": "nod", "at_s": 3.1, "digits": null}, ...],
     "light": {"colours": ["#ff0000", ...], "each_s": 0.5, "at_s": 19.0} or null}

Times are seconds of the video.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from media.faces.outcomes import PromptKind

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Colour = Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShownPrompt(_Part):
    """One prompt and the moment at which it was shown."""

    kind: PromptKind
    at_s: Seconds
    digits: Annotated[str, Field(pattern="^[0-9]{3}$")] | None = None


class ShownLight(_Part):
    """The colours of the screen and the moment of the first."""

    colours: Annotated[tuple[Colour, ...], Field(min_length=2)]
    each_s: Annotated[float, Field(gt=0, le=5)]
    at_s: Seconds


class Sidecar(_Part):
    """A whole challenge as it was shown."""

    version: Literal[1] = 1
    nonce: Annotated[str, Field(pattern="^([0-9a-f]{2})*$")] = ""
    prompts: Annotated[tuple[ShownPrompt, ...], Field(min_length=1)]
    light: ShownLight | None = None
    reference: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Sidecar":
        times = [prompt.at_s for prompt in self.prompts]
        if times != sorted(times):
            raise ValueError("prompts are not in order of time")
        return self


class BadSidecar(Exception):
    """There is none, or it says nothing that can be used; the text says why."""


def sidecar_of(video: Path) -> Path:
    """Where a video's sidecar is."""
    return video.with_suffix(".json")


def read_sidecar(video: Path) -> Sidecar:
    """The sidecar of a video; raises ``BadSidecar``."""
    path = sidecar_of(video)
    try:
        return Sidecar.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise BadSidecar("no sidecar") from error
    except OSError as error:
        raise BadSidecar(f"the sidecar cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadSidecar(f"sidecar: {place}: {first['msg']}".replace(": :", ":")) from error
