"""What a check found: a code with its figures, worded in ``texts/*.json`` (section ``doctor``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.errors import texts

Value = str | int | float


class Status(StrEnum):
    """``ok`` needs nothing; ``warn`` works for some; ``fail`` must be mended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``code`` names the text, which also says what to do."""

    check: str
    status: Status
    code: str
    params: Mapping[str, Value] = field(default_factory=dict)

    def text(self, locale: str) -> str:
        """The line in a language."""
        return texts(locale).word("doctor", self.code, self.params)


@dataclass(frozen=True, slots=True)
class Opening:
    """A hole that the firewall needs. ``direction`` as seen from ``host``: in or out."""

    host: str
    direction: str
    protocol: str
    ports: str
    peer: str
    why: str

    def text(self, locale: str) -> str:
        """What passes through it, in a language."""
        return texts(locale).word("doctor", self.why)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found."""

    findings: tuple[Finding, ...]
    openings: tuple[Opening, ...]

    @property
    def status(self) -> Status:
        """The worst of all."""
        return max((f.status for f in self.findings), key=list(Status).index, default=Status.OK)
