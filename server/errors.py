"""Where typed errors become what people read: HTTP status and text in two languages.

No other module words an error or picks a status. Texts stand in ``texts/zh_CN.json`` and
``texts/en.json``; a code without a text would be shown as the text of ``internal``, and a test
fails before that happens.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from roll_call.errors import (
    Conflict,
    FaceError,
    FontError,
    IllegalTransition,
    InvalidInput,
    MediaError,
    ModelError,
    NotAllowed,
    NotFound,
    RollCallError,
    StorageError,
)

Locale = Literal["zh-CN", "en"]
LOCALES: tuple[Locale, ...] = ("zh-CN", "en")
DEFAULT_LOCALE: Locale = "zh-CN"
Params = Mapping[str, str | int | float]


class NotSignedIn(NotAllowed):
    """Nobody is signed in, or the session has expired."""

    default_code = "not_signed_in"


class TooLarge(InvalidInput):
    """A body or message beyond its limit."""

    default_code = "too_large"


class RateLimited(RollCallError):
    """Too many requests of one kind; ``retry_after_s`` says when to come back."""

    default_code = "rate_limited"


_STATUS_BY_CODE = {
    "link_unknown": 403,
    "link_used": 403,
    "link_expired": 403,
    "range_invalid": 416,
    "disk_full": 507,
}

_STATUS_BY_CLASS: tuple[tuple[type[RollCallError], int], ...] = (
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (TooLarge, 413),
    (RateLimited, 429),
    (InvalidInput, 400),
    (Conflict, 409),
    (IllegalTransition, 409),
    (FaceError, 422),
    (MediaError, 422),
    (ModelError, 503),
    (FontError, 503),
    (StorageError, 503),
)


def http_status(error: RollCallError) -> int:
    """The HTTP status of a typed error; 500 for one without a class of its own."""
    if error.code in _STATUS_BY_CODE:
        return _STATUS_BY_CODE[error.code]
    return next((status for kind, status in _STATUS_BY_CLASS if isinstance(error, kind)), 500)


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's words by section and code."""

    sections: Mapping[str, Mapping[str, str]]

    def word(self, section: str, code: str, params: Params | None = None) -> str:
        """The text of a code with ``{name}`` filled from ``params``; falls back to ``internal``."""
        known = self.sections[section]
        template = known.get(code) or self.sections["errors"]["internal"]
        for name, value in (params or {}).items():
            template = template.replace("{" + name + "}", str(value))
        return template


@cache
def texts(locale: str) -> Texts:
    """The dictionary of a locale; unknown ones get the default."""
    chosen = locale if locale in LOCALES else DEFAULT_LOCALE
    name = chosen.replace("-", "_") + ".json"
    return Texts(json.loads((files("server") / "texts" / name).read_text("utf-8")))


def error_text(error: RollCallError, locale: str) -> str:
    """What a person reads: what happened and what to do next."""
    return texts(locale).word("errors", error.code, error.params)


def locale_of(accept_language: str, asked: str | None = None) -> Locale:
    """The best locale for ``?lang=`` or an Accept-Language header (RFC 9110, 12.5.4)."""
    for part in [asked or "", *accept_language.split(",")]:
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return DEFAULT_LOCALE
