"""What an audit may find, and its report."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What is wrong. None of these happens by itself; a fault of the disk looks like tampering."""

    HEAD_MISSING = "log_head_missing"
    HEAD_FORGED = "log_head_forged"
    HEAD_MISMATCH = "log_head_mismatch"
    TRUNCATED = "log_truncated"
    GAP = "gap"
    BROKEN_LINK = "broken_link"
    ALTERED = "altered"
    PAYLOAD_ALTERED = "payload_altered"
    PAYLOAD_MISSING = "payload_missing"
    PAYLOAD_STRAY = "payload_stray"
    RECORD_ALTERED = "record_altered"
    RECORD_MISSING = "record_missing"
    RECORD_UNLOGGED = "record_unlogged"
    RECORDING_ALTERED = "recording_altered"
    RECORDING_MISSING = "recording_missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """``seq`` where it is about a row of the log; ``subject`` is ``<kind>/<id>`` where known."""

    kind: FindingKind
    seq: int | None = None
    subject: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How much was looked at, and what was found. ``erased`` payloads are no finding."""

    rows: int
    erased: int
    records: int
    recordings: int
    head_seq: int | None
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
