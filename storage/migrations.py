"""Numbered changes of the schema; each runs once, in one transaction, recorded by sqlite-utils."""

from sqlite_utils import Database, Migrations

from storage.schema import FIRST_VERSION

migrations = Migrations("rollcall")


@migrations()
def m001_first_version(db: Database) -> None:
    """All tables."""
    for statement in FIRST_VERSION:
        db.conn.execute(statement)
