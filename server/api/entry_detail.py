"""Everything on record about one entry, read from one snapshot."""

from dataclasses import dataclass
from typing import Any

from roll_call.errors import NotFound
from roll_call.people import SubjectKind
from roll_call.ports.records import (
    CheckInReply,
    ConnectionRecord,
    EntryListing,
    LogRow,
    RecordingRecord,
    VerificationRecord,
)
from roll_call.ports.store import Records
from server.api.schemas import TimelineItem
from server.check_in.questions import worded
from server.instants import wire


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the store knows of an entry."""

    listing: EntryListing
    history: tuple[LogRow, ...]
    recordings: tuple[RecordingRecord, ...]
    verifications: tuple[VerificationRecord, ...]
    connections: tuple[ConnectionRecord, ...]
    replies: tuple[CheckInReply, ...]
    has_portrait: bool
    names: dict[str, str]


def read_dossier(records: Records, entry_id: str) -> Dossier:
    """Read it all; actors of the log get their names."""
    listing = records.calls.listing(entry_id)
    history = records.log.entry_history(entry_id)
    subject = listing.entry.subject
    enrolled = records.faces.summaries(subject.kind) if subject.kind != SubjectKind.UNIT else {}
    return Dossier(
        listing=listing,
        history=history,
        recordings=records.evidence.recordings_of(entry_id),
        verifications=records.evidence.verifications_of(entry_id),
        connections=records.evidence.connections_of(entry_id),
        replies=records.sessions.replies_of(entry_id),
        has_portrait=subject.id in enrolled,
        names={actor: _name(records, actor) for actor in {row.actor for row in history}},
    )


def _name(records: Records, actor: str) -> str:
    kind, _, actor_id = actor.partition("/")
    try:
        if kind == "officer":
            return records.people.officer(actor_id).name
    except NotFound:
        return ""
    return kind


def timeline_of(dossier: Dossier) -> list[TimelineItem]:
    """The history, oldest first."""
    return [
        TimelineItem(
            at=wire(row.at),
            kind=row.kind,
            actor=dossier.names[row.actor],
            params=_params(row),
        )
        for row in dossier.history
    ]


def _params(row: LogRow) -> dict[str, Any]:
    """The event's own details; the saved record beside them is for the audit."""
    payload = dict(row.payload or {})
    details = payload.pop("details", {})
    payload.pop("record", None)
    return {**payload, **details}


def answers_of(dossier: Dossier, locale: str) -> list[dict[str, str]]:
    """The answers of the last session that gave any, worded."""
    for reply in reversed(dossier.replies):
        if reply.answers:
            return worded(reply.answers, locale)
    return []
