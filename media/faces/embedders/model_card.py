"""The model card: the TOML file beside an ONNX file that says what it is and how it is used.

``model.onnx`` has ``model.toml``. A model without a declared licence is not loaded: the weights of
many published models may not be used by an authority, and nobody shall do so by mistake.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roll_call.errors import ModelError

BUILT_IN = frozenset({"sface", "dlib"})
SIDES = range(32, 1025)

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHANNELS = 3


@dataclass(frozen=True, slots=True)
class ModelCard:
    """``mean`` is taken off each channel (0..255), then ``scale`` multiplies.

    ``calibration`` is the card's own operating point, in the form of ``calibration.toml``.
    """

    file: str
    name: str
    licence: str
    sha256: str
    width: int
    height: int
    layout: str
    channels: str
    mean: tuple[float, float, float]
    scale: tuple[float, float, float]
    calibration: Mapping[str, Any] | None


def read_model_card(weights: Path) -> ModelCard:
    """The card of an ONNX file.

    Raises ModelError: ``model_file_missing``, ``model_card_missing``, ``model_licence_missing``,
    or ``model_card_invalid`` naming the key.
    """
    card = weights.with_suffix(".toml")
    if not weights.is_file():
        raise ModelError("model_file_missing", file=str(weights))
    if not card.is_file():
        raise ModelError("model_card_missing", file=weights.name, card=str(card))
    try:
        table = tomllib.loads(card.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError("model_card_invalid", card=card.name, key="-", why=str(error)) from error
    return _Reader(card.name, table).card()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one card's table key by key."""

    file: str
    table: Mapping[str, Any]

    def card(self) -> ModelCard:
        licence = self.table.get("licence")
        if not isinstance(licence, str) or not licence.strip():
            raise ModelError("model_licence_missing", card=self.file)
        name = self._text("name", _NAME)
        if name in BUILT_IN:
            raise self._wrong("name", "the name of a built-in model")
        self._one_of("input.alignment", ("five_points",))
        self._one_of("similarity", ("cosine",))
        calibration = self.table.get("calibration")
        if calibration is not None and not isinstance(calibration, Mapping):
            raise self._wrong("calibration", "a table")
        return ModelCard(
            file=self.file,
            name=name,
            licence=licence.strip(),
            sha256=self._text("sha256", _SHA256),
            width=self._side("input.width"),
            height=self._side("input.height"),
            layout=self._one_of("input.layout", ("NCHW", "NHWC")),
            channels=self._one_of("input.channels", ("RGB", "BGR")),
            mean=self._per_channel("input.mean"),
            scale=self._per_channel("input.scale"),
            calibration=calibration,
        )

    def _value(self, key: str) -> Any:
        value: Any = self.table
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def _text(self, key: str, form: re.Pattern[str]) -> str:
        value = self._value(key)
        if not isinstance(value, str) or not form.fullmatch(value):
            raise self._wrong(key, form.pattern)
        return value

    def _one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self._value(key)
        if value not in known:
            raise self._wrong(key, " | ".join(known))
        return str(value)

    def _side(self, key: str) -> int:
        value = self._value(key)
        if not isinstance(value, int) or value not in SIDES:
            raise self._wrong(key, f"{SIDES.start}..{SIDES.stop - 1}")
        return value

    def _per_channel(self, key: str) -> tuple[float, float, float]:
        value = self._value(key)
        values = value if isinstance(value, list) else [value] * _CHANNELS
        numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
        if len(values) != _CHANNELS or len(numbers) != _CHANNELS:
            raise self._wrong(key, "a number, or one for each of the three channels")
        first, second, third = (float(number) for number in numbers)
        return first, second, third

    def _wrong(self, key: str, why: str) -> ModelError:
        return ModelError("model_card_invalid", card=self.file, key=key, why=why)
