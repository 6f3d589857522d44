"""The versions of templates, read from the log: it is their history, and no second one is kept."""

import json

from sqlite_utils import Database

from roll_call.instants import from_text
from roll_call.people import Subject
from roll_call.ports.records import TemplateVersion
from storage.plain import Row

LATER: Row = {"version": 1, "model_version": "", "provisional": 0, "source": "officer"}
"""Columns that rows of before do not have on record: left out of it while they say nothing new."""

_ON_RECORD = """SELECT l.subject_id AS key, l.at, l.actor, p.payload
    FROM log l LEFT JOIN log_payloads p ON p.seq = l.seq
    WHERE l.subject_kind = 'enrolment' AND l.kind <> 'enrolment.removed'
        AND l.subject_id >= ? AND l.subject_id < ? ORDER BY l.seq"""


def versions(db: Database, subject: Subject) -> tuple[TemplateVersion, ...]:
    """Every version of every model, newest first; those whose record was erased are left out."""
    counted: dict[str, int] = {}
    found: list[TemplateVersion] = []
    for row in _on_record(db, subject, ""):
        counted[row["key"]] = counted.get(row["key"], 0) + 1
        record = json.loads(row["payload"])["record"] if row["payload"] else None
        if record is not None:
            found.append(_version(record, counted[row["key"]], row))
    return tuple(reversed(found))


def count(db: Database, subject: Subject, model: str) -> int:
    """How many versions of one model there were, erased ones too."""
    return len(_on_record(db, subject, model))


def made_at(db: Database, subject: Subject, model: str) -> str:
    """When the present version of one model came to be; empty where none is on record.

    Later than the enrolment, where it was made anew from kept pictures.
    """
    rows = _on_record(db, subject, model)
    return str(rows[-1]["at"]) if rows else ""


def _on_record(db: Database, subject: Subject, model: str) -> list[Row]:
    """The log's rows of a subject's templates, of one model or (empty) of all."""
    start = f"{subject.kind.value}/{subject.id}/{model}"
    # The character after "/" ends the range of keys that begin with it.
    end = f"{start}\x00" if model else f"{start[:-1]}0"
    return list(db.query(_ON_RECORD, (start, end)))


def _version(record: Row, version: int, row: Row) -> TemplateVersion:
    said = {**LATER, **record}
    return TemplateVersion(
        model=said["model"],
        version=version,
        model_version=said["model_version"],
        frames=said["frames"],
        provisional=bool(said["provisional"]),
        source=said["source"],
        made_at=from_text(row["at"]),
        made_by=said["enrolled_by"],
    )
