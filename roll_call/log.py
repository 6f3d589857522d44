"""LogRecord: one row of the log that is at once history, outbox and audit chain (审计记录)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roll_call.commitment import GENESIS_HASH, record_hash
from roll_call.instants import utc


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One thing that happened. No field holds personal data: the payload lies apart.

    ``seq`` counts from 1 without gaps. ``actor``: ``system``, ``officer/<id>``, ``person/<id>``.
    ``kind`` is ``<machine>.<event>``, for example ``entry.ticket_taken``; ``subject_kind`` and
    ``subject_id`` say what it happened to.
    """

    seq: int
    at: datetime
    actor: str
    kind: str
    subject_kind: str
    subject_id: str
    commitment: str
    prev_hash: str
    hash: str


class ChainFault(StrEnum):
    """What is wrong at a record."""

    GAP = "gap"
    BROKEN_LINK = "broken_link"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first record at which the chain does not hold."""

    seq: int
    fault: ChainFault


def seal(
    prev: LogRecord | None,
    at: datetime,
    actor: str,
    kind: str,
    subject_kind: str,
    subject_id: str,
    commitment: str,
) -> LogRecord:
    """The record that follows ``prev`` (None: the first). Raises InvalidInput(naive_time)."""
    seq = 1 if prev is None else prev.seq + 1
    prev_hash = GENESIS_HASH if prev is None else prev.hash
    digest = record_hash(prev_hash, seq, at, actor, kind, subject_kind, subject_id, commitment)
    return LogRecord(
        seq, utc(at), actor, kind, subject_kind, subject_id, commitment, prev_hash, digest
    )


def first_break(
    records: Iterable[LogRecord], prev_seq: int = 0, prev_hash: str = GENESIS_HASH
) -> ChainBreak | None:
    """Where a run of records stops being a chain, None if it holds to its end.

    ``prev_seq`` and ``prev_hash`` anchor a part of the log to a head that is known to be good. A
    cut at the end shows only against such a head kept elsewhere.
    """
    for record in records:
        if record.seq != prev_seq + 1:
            return ChainBreak(prev_seq + 1, ChainFault.GAP)
        if record.prev_hash != prev_hash:
            return ChainBreak(record.seq, ChainFault.BROKEN_LINK)
        if record.hash != _own_hash(record):
            return ChainBreak(record.seq, ChainFault.ALTERED)
        prev_seq, prev_hash = record.seq, record.hash
    return None


def _own_hash(record: LogRecord) -> str:
    return record_hash(
        record.prev_hash,
        record.seq,
        record.at,
        record.actor,
        record.kind,
        record.subject_kind,
        record.subject_id,
        record.commitment,
    )
