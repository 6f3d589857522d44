"""Numbered changes of the schema; each runs once, in one transaction, recorded by sqlite-utils."""

from sqlite_utils import Database, Migrations

from storage.schema import (
    CAMERAS,
    CONNECTIONS,
    ENROLMENT_VERSIONS,
    FIRST_VERSION,
    SELF_ENROLMENTS,
    TRACES,
)
from storage.schema_call_lists import CALL_LISTS
from storage.schema_notify import NOTIFICATIONS
from storage.schema_reports import REPORTS
from storage.schema_roster import ROSTER
from storage.schema_rounds import ROUNDS
from storage.schema_terminals import TERMINALS

migrations = Migrations("rollcall")


@migrations()
def m001_first_version(db: Database) -> None:
    """All tables."""
    for statement in FIRST_VERSION:
        db.conn.execute(statement)


@migrations()
def m_recording_timeline(db: Database) -> None:
    """Whose side a recording shows, when it began, where its picture is missing."""
    for column in (
        "role TEXT NOT NULL DEFAULT 'subject'",
        "began_at TEXT",
        "gaps TEXT NOT NULL DEFAULT '[]'",
    ):
        db.conn.execute(f"ALTER TABLE recordings ADD COLUMN {column}")


@migrations()
def m_connections(db: Database) -> None:
    """How well each session was connected; never edited."""
    for statement in CONNECTIONS:
        db.conn.execute(statement)


@migrations()
def m_cameras(db: Database) -> None:
    """RTSP cameras of units."""
    for statement in CAMERAS:
        db.conn.execute(statement)


@migrations()
def m_enrolments(db: Database) -> None:
    """Versions of templates, persons' own enrolments, sealed traces of movements."""
    for statement in (*ENROLMENT_VERSIONS, *SELF_ENROLMENTS, *TRACES):
        db.conn.execute(statement)


@migrations()
def m_reports(db: Database) -> None:
    """Tables that went out, and the index that finds the first ring of an entry."""
    for statement in REPORTS:
        db.conn.execute(statement)


@migrations()
def m_roster(db: Database) -> None:
    """The duty roster, substitutions, hand-over logs, the center's own calendar."""
    for statement in ROSTER:
        db.conn.execute(statement)


@migrations()
def m_terminals(db: Database) -> None:
    """Duty terminals and the daily figures that they hand in."""
    for statement in TERMINALS:
        db.conn.execute(statement)


@migrations()
def m_call_lists(db: Database) -> None:
    """Call lists, and how each roll-call came about."""
    for statement in CALL_LISTS:
        db.conn.execute(statement)


@migrations()
def m_rounds(db: Database) -> None:
    """Rounds, what was tried in them, who was recognised, stills of pictures."""
    for statement in ROUNDS:
        db.conn.execute(statement)


@migrations()
def m_notifications(db: Database) -> None:
    """Channels, the outbox, push subscriptions, bells, text notices and instant replies."""
    for statement in NOTIFICATIONS:
        db.conn.execute(statement)


@migrations()
def m_first_passwords(db: Database) -> None:
    """Which officers have yet to set a password of their own."""
    db.conn.execute(
        "ALTER TABLE officers ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0"
    )
