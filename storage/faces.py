"""Enrolments under lock and key; implements ``roll_call.ports.store.Faces``."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from roll_call.instants import from_text, utc_text
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import Template
from roll_call.ports.records import Change, Enrolment, EnrolmentPicture, EnrolmentSummary
from storage.journal import Journal, Rows
from storage.plain import Row, digest
from storage.vault import Vault

_OF_SUBJECT = "subject_kind = ? AND subject_id = ?"


class FaceRows(Rows):
    """Reading: what comes out is in clear."""

    def __init__(self, db: Database, vault: Vault) -> None:
        super().__init__(db)
        self._vault = vault

    def enrolment(self, subject: Subject, model: str) -> Enrolment | None:
        """The template for one model."""
        sql = f"SELECT * FROM enrolments WHERE {_OF_SUBJECT} AND model = ?"
        rows = self._query(sql, (*_key(subject), model))
        if not rows:
            return None
        vector = self._vault.open(subject, f"template/{model}", rows[0]["sealed"])
        return Enrolment(
            subject=subject,
            template=Template(model=model, frames=rows[0]["frames"], vector=vector),
            enrolled_at=from_text(rows[0]["enrolled_at"]),
            enrolled_by=rows[0]["enrolled_by"],
        )

    def summaries(self, kind: SubjectKind) -> dict[str, EnrolmentSummary]:
        """The newest enrolment by subject id."""
        sql = """SELECT subject_kind, subject_id, model, frames, enrolled_at FROM enrolments
            WHERE subject_kind = ? ORDER BY enrolled_at"""
        found = self._all(EnrolmentSummary, sql, (kind.value,))
        return {summary.subject.id: summary for summary in found}

    def pictures(self, subject: Subject) -> tuple[EnrolmentPicture, ...]:
        """All pictures, in the order in which they were taken."""
        return self._pictures(subject, "")

    def portrait(self, subject: Subject) -> EnrolmentPicture | None:
        """The one that reviewers see."""
        found = self._pictures(subject, "AND portrait = 1")
        return found[0] if found else None

    def _pictures(self, subject: Subject, further: str) -> tuple[EnrolmentPicture, ...]:
        sql = f"SELECT * FROM enrolment_pictures WHERE {_OF_SUBJECT} {further} ORDER BY position"
        return tuple(self._picture(subject, row) for row in self._query(sql, _key(subject)))

    def _picture(self, subject: Subject, row: Row) -> EnrolmentPicture:
        return EnrolmentPicture(
            id=row["id"],
            subject=subject,
            content_type=row["content_type"],
            data=self._vault.open(subject, f"picture/{row['id']}", row["sealed"]),
            portrait=bool(row["portrait"]),
            taken_at=from_text(row["taken_at"]),
        )


class FaceTables(FaceRows):
    """Reading, enrolling and forgetting."""

    def __init__(self, db: Database, vault: Vault, journal: Journal) -> None:
        super().__init__(db, vault)
        self._journal = journal

    def enrol(
        self, enrolment: Enrolment, pictures: Sequence[EnrolmentPicture], change: Change
    ) -> None:
        """Replace the subject's template of this model, and all pictures."""
        subject, template = enrolment.subject, enrolment.template
        row: Row = {
            "subject_kind": subject.kind.value,
            "subject_id": subject.id,
            "model": template.model,
            "frames": template.frames,
            "sealed": self._vault.seal(subject, f"template/{template.model}", template.vector),
            "enrolled_at": utc_text(enrolment.enrolled_at),
            "enrolled_by": enrolment.enrolled_by,
        }
        self._journal.changed(
            """INSERT OR REPLACE INTO enrolments
                (subject_kind, subject_id, model, frames, sealed, enrolled_at, enrolled_by)
            VALUES
                (:subject_kind, :subject_id, :model, :frames, :sealed, :enrolled_at, :enrolled_by)
            """,
            row,
        )
        self._journal.note("enrolment", enrolment_key(row), enrolment_record(row), change, subject)
        self._drop("enrolment_pictures", "picture", subject, change)
        for position, picture in enumerate(pictures):
            self._add_picture(subject, position, picture, change)

    def destroy_key(self, subject: Subject, change: Change) -> None:
        """Crypto-erasure of templates, pictures and replies; the row in the log is the receipt."""
        destroyed = self._vault.destroy(subject)
        self._drop("enrolments", "enrolment", subject, change)
        self._drop("enrolment_pictures", "picture", subject, change)
        details = {**change.details, "destroyed": destroyed}
        key = "/".join(_key(subject))
        self._journal.note("data_key", key, None, replace(change, details=details))
        self._journal.mark_erased()

    def _drop(self, table: str, kind: str, subject: Subject, change: Change) -> None:
        rows = self._query(f"SELECT * FROM {table} WHERE {_OF_SUBJECT}", _key(subject))
        self._journal.changed(f"DELETE FROM {table} WHERE {_OF_SUBJECT}", _key(subject))
        for row in rows:
            key = enrolment_key(row) if kind == "enrolment" else row["id"]
            self._journal.note_removed(kind, key, change)

    def _add_picture(
        self, subject: Subject, position: int, picture: EnrolmentPicture, change: Change
    ) -> None:
        row: Row = {
            "id": picture.id,
            "subject_kind": subject.kind.value,
            "subject_id": subject.id,
            "position": position,
            "content_type": picture.content_type,
            "sealed": self._vault.seal(subject, f"picture/{picture.id}", picture.data),
            "portrait": int(picture.portrait),
            "taken_at": utc_text(picture.taken_at),
        }
        self._journal.insert("enrolment_pictures", row)
        self._journal.note("picture", picture.id, picture_record(row), change, subject)


def enrolment_key(row: Row) -> str:
    """How the log names an enrolment."""
    return f"{row['subject_kind']}/{row['subject_id']}/{row['model']}"


def enrolment_record(row: Row) -> dict[str, Any]:
    """An enrolment as it stands in the log: the digest of what is stored, never the template."""
    names = ("subject_kind", "subject_id", "model", "frames", "enrolled_at", "enrolled_by")
    return {**{name: row[name] for name in names}, "sealed_sha256": digest(row["sealed"])}


def picture_record(row: Row) -> dict[str, Any]:
    """A picture as it stands in the log: the digest of what is stored, never the picture."""
    names = ("id", "subject_kind", "subject_id", "content_type", "portrait", "taken_at")
    return {**{name: row[name] for name in names}, "sealed_sha256": digest(row["sealed"])}


def _key(subject: Subject) -> tuple[str, str]:
    return subject.kind.value, subject.id
