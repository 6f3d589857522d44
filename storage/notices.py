"""Text notices with their receipts, and instant replies under the persons' keys."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from roll_call.errors import NotFound, StorageError
from roll_call.instants import from_text
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Change
from roll_call.text_notice import Health, InstantReply, NoticeReceipt, Tally, TextNotice
from storage.journal import Journal, Rows, record_of
from storage.plain import Row, digest, json_text, to_plain, to_row
from storage.vault import Vault

_SAID = ("health", "note", "latitude", "longitude", "accuracy_m")
_RECEIPT = "notice_id = ? AND subject_kind = ? AND subject_id = ?"
_OF_UNITS = """AND (
    (r.subject_kind = 'unit' AND r.subject_id IN (SELECT value FROM json_each(:units)))
    OR (r.subject_kind = 'person' AND r.subject_id IN (
        SELECT person_id FROM person_offices
        WHERE unit_id IN (SELECT value FROM json_each(:units)))))"""


class NoticeRows(Rows):
    """Reading."""

    def __init__(self, db: Database, vault: Vault) -> None:
        super().__init__(db)
        self._vault = vault

    def notice(self, notice_id: str) -> TextNotice:
        """Raises ``NotFound``."""
        return self._get(TextNotice, "notices", notice_id)

    def notices(self, limit: int) -> tuple[TextNotice, ...]:
        """The newest first."""
        sql = "SELECT * FROM notices ORDER BY at DESC, rowid DESC LIMIT ?"
        return self._all(TextNotice, sql, (limit,))

    def tallies(
        self, notice_ids: Collection[str], unit_ids: Collection[str] | None = None
    ) -> Mapping[str, Tally]:
        """By notice; a notice without a receiver among ``unit_ids`` is left out."""
        narrowed = "" if unit_ids is None else _OF_UNITS
        sql = f"""SELECT r.notice_id, count(*) AS total, count(r.delivered_at) AS delivered,
                count(r.seen_at) AS seen, count(nullif(r.answer = 'exception', 0)) AS exceptions
            FROM notice_receipts r WHERE r.notice_id IN (SELECT value FROM json_each(:ids))
            {narrowed} GROUP BY r.notice_id"""
        params = {"ids": json.dumps(list(notice_ids)), "units": json.dumps(sorted(unit_ids or ()))}
        found = self._query(sql, params)
        return {row.pop("notice_id"): Tally(**row) for row in found}

    def notice_receipts(self, notice_id: str) -> tuple[NoticeReceipt, ...]:
        """All receivers, as they were listed."""
        sql = "SELECT * FROM notice_receipts WHERE notice_id = ? ORDER BY rowid"
        return self._all(NoticeReceipt, sql, (notice_id,))

    def notice_receipt(self, notice_id: str, subject: Subject) -> NoticeReceipt:
        """Raises ``NotFound`` where the notice was not for them."""
        key = (notice_id, subject.kind.value, subject.id)
        found = self._first(NoticeReceipt, f"SELECT * FROM notice_receipts WHERE {_RECEIPT}", key)
        if found is None:
            raise NotFound()
        return found

    def open_notices(
        self, subject: Subject, since: datetime
    ) -> tuple[tuple[TextNotice, NoticeReceipt], ...]:
        """What the subject has not seen yet, oldest first."""
        sql = """SELECT r.notice_id FROM notice_receipts r JOIN notices n ON n.id = r.notice_id
            WHERE r.subject_kind = ? AND r.subject_id = ? AND r.seen_at IS NULL AND n.at >= ?
            ORDER BY n.at, n.rowid"""
        rows = self._query(sql, (subject.kind.value, subject.id, to_plain(since)))
        ids = [row["notice_id"] for row in rows]
        return tuple((self.notice(i), self.notice_receipt(i, subject)) for i in ids)

    def instant_replies(self, roll_call_id: str) -> Mapping[str, InstantReply]:
        """By entry."""
        sql = """SELECT i.* FROM instant_replies i JOIN entries e ON e.id = i.entry_id
            WHERE e.roll_call_id = ?"""
        found = [self._reply(row) for row in self._query(sql, (roll_call_id,))]
        return {reply.entry_id: reply for reply in found if reply is not None}

    def instant_reply(self, entry_id: str) -> InstantReply | None:
        """None where there is none, or it can no longer be read."""
        rows = self._query("SELECT * FROM instant_replies WHERE entry_id = ?", (entry_id,))
        return self._reply(rows[0]) if rows else None

    def _reply(self, row: Row) -> InstantReply | None:
        owner = Subject(SubjectKind.PERSON, row["person_id"])
        try:
            said = json.loads(self._vault.open(owner, _purpose(row["entry_id"]), row["sealed"]))
        except StorageError as error:
            if error.code != "key_destroyed":
                raise
            return None
        said["health"] = Health(said["health"])
        return InstantReply(row["entry_id"], row["person_id"], from_text(row["at"]), **said)


class NoticeTables(NoticeRows):
    """Reading and writing."""

    def __init__(self, db: Database, vault: Vault, journal: Journal) -> None:
        super().__init__(db, vault)
        self._journal = journal

    def add_notice(self, notice: TextNotice, subjects: Sequence[Subject], change: Change) -> None:
        """The notice with an open receipt for each receiver."""
        self._journal.insert("notices", to_row(notice))
        for subject in dict.fromkeys(subjects):
            self._journal.insert("notice_receipts", to_row(NoticeReceipt(notice.id, subject)))
        details = {**change.details, "receivers": len(subjects)}
        noted = Change(change.event, change.actor, change.at, details)
        self._journal.note("notice", notice.id, record_of(notice), noted)

    def note_delivered(self, notice_id: str, subjects: Sequence[Subject], change: Change) -> None:
        """The first time counts."""
        sql = f"""UPDATE notice_receipts SET delivered_at = coalesce(delivered_at, ?)
            WHERE {_RECEIPT}"""
        for subject in subjects:
            self._journal.changed(
                sql, (to_plain(change.at), notice_id, subject.kind.value, subject.id)
            )
        self._note(notice_id, subjects, change)

    def save_receipt(self, receipt: NoticeReceipt, change: Change) -> None:
        """Raises ``NotFound``."""
        row, subject = to_row(receipt), receipt.subject
        sql = f"""UPDATE notice_receipts SET delivered_at = ?, seen_at = ?, answer = ?, note = ?
            WHERE {_RECEIPT}"""
        said = [row[name] for name in ("delivered_at", "seen_at", "answer", "note")]
        key = (receipt.notice_id, subject.kind.value, subject.id)
        if not self._journal.changed(sql, (*said, *key)):
            raise NotFound()
        details = {"answer": row["answer"], "note": receipt.note, **change.details}
        noted = Change(change.event, change.actor, change.at, details)
        self._note(receipt.notice_id, [subject], noted)

    def note_reminded(self, notice_id: str, subjects: Sequence[Subject], change: Change) -> None:
        """Once more."""
        sql = f"UPDATE notice_receipts SET reminded = reminded + 1 WHERE {_RECEIPT}"
        for subject in subjects:
            self._journal.changed(sql, (notice_id, subject.kind.value, subject.id))
        self._note(notice_id, subjects, change)

    def save_instant_reply(self, reply: InstantReply, change: Change) -> None:
        """Insert or replace; the log gets a digest of what is stored, not the words."""
        owner = Subject(SubjectKind.PERSON, reply.person_id)
        said = {name: to_plain(getattr(reply, name)) for name in _SAID}
        clear = json_text(said).encode()
        row = {
            "entry_id": reply.entry_id,
            "person_id": reply.person_id,
            "at": to_plain(reply.at),
            "sealed": self._vault.seal(owner, _purpose(reply.entry_id), clear),
        }
        sql = """INSERT INTO instant_replies (entry_id, person_id, at, sealed)
            VALUES (:entry_id, :person_id, :at, :sealed)
            ON CONFLICT (entry_id) DO UPDATE SET at = excluded.at, sealed = excluded.sealed"""
        self._journal.changed(sql, row)
        record = instant_reply_record(row)
        self._journal.note("instant_reply", reply.entry_id, record, change, owner)

    def _note(self, notice_id: str, subjects: Sequence[Subject], change: Change) -> None:
        who = [f"{subject.kind.value}/{subject.id}" for subject in subjects]
        noted = Change(change.event, change.actor, change.at, {**change.details, "to": who})
        self._journal.note("notice", notice_id, None, noted)


def instant_reply_record(row: Row) -> dict[str, Any]:
    """A reply as it stands in the log."""
    columns = {name: row[name] for name in ("entry_id", "person_id", "at")}
    return {**columns, "sealed_sha256": digest(row["sealed"])}


def _purpose(entry_id: str) -> str:
    return f"instant_reply/{entry_id}"
