"""The audit of a data directory: the log, the tables against the log, the recordings on disk.

It only reads, and may run beside a server. Not covered, because it is no evidence: sign-in sessions
and password hashes, links, settings, deadlines still to come, persons' own pictures before an
officer confirmed them, and traces of movements.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from roll_call.errors import RollCallError, StorageError
from roll_call.ports.records import RecordingRecord
from storage.chain_audit import REMOVED, UNKNOWN, ChainAudit
from storage.connection import open_reader
from storage.failures import from_sqlite
from storage.findings import AuditReport, Finding, FindingKind
from storage.head import Head, HeadFile
from storage.keys import KeyFile
from storage.manifest import read_manifest
from storage.plain import Row, digest, from_row, json_text
from storage.projections import PROJECTIONS, Projection
from storage.recordings import LocalRecordings
from storage.sqlite import DATABASE_NAME, HEAD_NAME, KEY_NAME


def verify(data_dir: Path, with_recordings: bool = True) -> AuditReport:
    """Look at everything and report.

    Raises ``StorageError`` where it cannot look at all: ``database_missing``, the key file's codes,
    ``database_damaged``.
    """
    path = data_dir / DATABASE_NAME
    if not path.is_file():
        raise StorageError("database_missing")
    head_file = HeadFile(data_dir / HEAD_NAME, KeyFile(data_dir / KEY_NAME).load())
    # The head is read before the snapshot begins: a server at work only ever adds behind it.
    head, findings = _read_head(head_file)
    recordings = LocalRecordings(data_dir / "recordings") if with_recordings else None
    try:
        with closing(open_reader(path)) as db:
            db.conn.execute("BEGIN")
            return _verify(db, head, findings, recordings)
    except sqlite3.Error as error:
        raise from_sqlite(error) from error


def _read_head(file: HeadFile) -> tuple[Head | None, list[Finding]]:
    try:
        return file.read(), []
    except StorageError as error:
        return None, [Finding(FindingKind(error.code))]


def _verify(
    db: Database, head: Head | None, findings: list[Finding], recordings: LocalRecordings | None
) -> AuditReport:
    chain = ChainAudit(db, head)
    findings.extend(chain.run())
    records = 0
    for projection in PROJECTIONS:
        for row in projection.rows(db):
            records += 1
            findings.extend(_compare(projection, row, chain.latest))
    compared = {projection.kind for projection in PROJECTIONS}
    for (kind, key), kept in chain.latest.items():
        if kind in compared and kept != REMOVED:
            findings.append(Finding(FindingKind.RECORD_MISSING, subject=f"{kind}/{key}"))
    looked_at = 0
    if recordings is not None:
        for row in db.query("SELECT * FROM recordings WHERE state = 'ready'"):
            looked_at += 1
            findings.extend(_recording(row, recordings))
    return AuditReport(
        rows=chain.rows,
        erased=chain.erased,
        records=records,
        recordings=looked_at,
        head_seq=None if head is None else head.seq,
        findings=tuple(findings),
    )


def _compare(
    projection: Projection, row: Row, latest: dict[tuple[str, str], str]
) -> Iterator[Finding]:
    """One row against what the log last said of it; strikes it off ``latest``."""
    key = projection.key(row)
    subject = f"{projection.kind}/{key}"
    kept = latest.pop((projection.kind, key), None)
    if kept is None or kept == REMOVED:
        yield Finding(FindingKind.RECORD_UNLOGGED, subject=subject)
        return
    try:
        stands = digest(json_text(projection.record(row)).encode())
    except (RollCallError, ValueError, TypeError, KeyError):
        yield Finding(FindingKind.RECORD_ALTERED, subject=subject)
        return
    if kept not in {UNKNOWN, stands}:
        yield Finding(FindingKind.RECORD_ALTERED, subject=subject)


def _recording(row: Row, recordings: LocalRecordings) -> Iterator[Finding]:
    """A sealed recording against its hash on record, and chunk by chunk against its manifest."""
    subject = f"recording/{row['id']}"
    try:
        record = from_row(RecordingRecord, row)
        directory = recordings.directory(record.id)
        manifest = read_manifest(directory / "manifest.json")
        altered = manifest.altered_chunks(directory / manifest.file)
    except FileNotFoundError:
        yield Finding(FindingKind.RECORDING_MISSING, subject=subject)
    except (OSError, ValueError, RollCallError) as error:
        missing = isinstance(error, RollCallError) and error.code == "recording_missing"
        kind = FindingKind.RECORDING_MISSING if missing else FindingKind.UNREADABLE
        yield Finding(kind, subject=subject)
    else:
        if altered:
            chunks = ", ".join(str(index) for index in altered)
            yield Finding(FindingKind.RECORDING_ALTERED, subject=subject, detail=f"chunks {chunks}")
        elif (manifest.sha256, manifest.size_bytes) != (record.sha256, record.size_bytes):
            yield Finding(FindingKind.RECORDING_ALTERED, subject=subject, detail="manifest")
