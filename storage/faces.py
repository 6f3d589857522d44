"""Enrolments under lock and key; implements ``roll_call.ports.store.Faces``."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from roll_call.instants import from_text, utc_text
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import Template
from roll_call.ports.records import (
    Change,
    Enrolment,
    EnrolmentPicture,
    EnrolmentSummary,
    TemplateVersion,
)
from storage import template_history
from storage.journal import Journal
from storage.plain import Row, digest, json_text
from storage.self_enrolments import drop_pending
from storage.traces import TraceRows, TraceTables
from storage.vault import Vault

_OF_SUBJECT = "subject_kind = ? AND subject_id = ?"

_SUMMARY = """SELECT subject_kind, subject_id, model, frames, enrolled_at, enrolled_by, version,
    model_version, provisional, source FROM enrolments
    WHERE subject_kind = ? ORDER BY model IS ?, enrolled_at, rowid"""

_OUTDATED = """SELECT DISTINCT subject_kind AS kind, subject_id AS id FROM enrolment_pictures
    WHERE (subject_kind, subject_id) NOT IN (
        SELECT subject_kind, subject_id FROM enrolments
        WHERE model = ? AND model_version IN ('', ?))
    ORDER BY subject_kind, subject_id"""

_MEDIANS = """SELECT json_extract(evidence, '$.similarity.median') AS median
    FROM verifications WHERE rowid IN (
        SELECT v.rowid FROM verifications v JOIN entries e ON e.id = v.entry_id
        WHERE e.subject_kind = ? AND e.subject_id = ? AND v.state = 'match' AND v.at >= ?
        ORDER BY v.at {order} LIMIT ?)
    AND json_extract(evidence, '$.model') = ? AND median IS NOT NULL
    AND coalesce(json_extract(evidence, '$.template_version') = ?, TRUE)
    ORDER BY at {order} LIMIT ?"""
"""Chosen by row id first: sorting the evidence itself would read all of a person's."""

_UNDER_WAY = 3
"""Sessions that had begun with the template before, and so count for nothing."""


class FaceRows(TraceRows):
    """Reading: what comes out is in clear."""

    def enrolment(self, subject: Subject, model: str) -> Enrolment | None:
        """The template for one model."""
        sql = f"SELECT * FROM enrolments WHERE {_OF_SUBJECT} AND model = ?"
        rows = self._query(sql, (*_key(subject), model))
        return self._enrolment(rows[0]) if rows else None

    def templates(self, model: str, subjects: Collection[Subject]) -> tuple[Enrolment, ...]:
        """Those of the subjects that have one for this model."""
        wanted = json_text([list(_key(subject)) for subject in subjects])
        sql = """SELECT * FROM enrolments WHERE model = ? AND (subject_kind, subject_id) IN (
            SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"""
        return tuple(self._enrolment(row) for row in self._query(sql, (model, wanted)))

    def summaries(self, kind: SubjectKind, model: str | None = None) -> dict[str, EnrolmentSummary]:
        """The newest enrolment by subject id; that for ``model`` before any other."""
        found = self._all(EnrolmentSummary, _SUMMARY, (kind.value, model))
        return {summary.subject.id: summary for summary in found}

    def versions(self, subject: Subject) -> tuple[TemplateVersion, ...]:
        """From the log, which is the history; newest first."""
        return template_history.versions(self._db, subject)

    def outdated(self, model: str, model_version: str) -> tuple[Subject, ...]:
        """Subjects with pictures, and no template of this version of this model."""
        rows = self._query(_OUTDATED, (model, model_version))
        return tuple(Subject(SubjectKind(row["kind"]), row["id"]) for row in rows)

    def medians(
        self, template: EnrolmentSummary, count: int
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Of the first and of the last ``count`` matched sessions, each in order of nearness."""
        subject, model = template.subject, template.model
        made_at = template_history.made_at(self._db, subject, model)
        since = max(utc_text(template.enrolled_at), made_at)
        looked_at = count + _UNDER_WAY
        params = (*_key(subject), since, looked_at, model, template.version, count)
        first, last = (
            tuple(row["median"] for row in self._query(_MEDIANS.format(order=order), params))
            for order in ("ASC", "DESC")
        )
        return first, last

    def pictures(self, subject: Subject) -> tuple[EnrolmentPicture, ...]:
        """All pictures, in the order in which they were taken."""
        return self._pictures(subject, "")

    def portrait(self, subject: Subject) -> EnrolmentPicture | None:
        """The one that reviewers see."""
        found = self._pictures(subject, "AND portrait = 1")
        return found[0] if found else None

    def _enrolment(self, row: Row) -> Enrolment:
        subject = Subject(SubjectKind(row["subject_kind"]), row["subject_id"])
        vector = self._vault.open(subject, f"template/{row['model']}", row["sealed"])
        return Enrolment(
            subject=subject,
            template=Template(model=row["model"], frames=row["frames"], vector=vector),
            enrolled_at=from_text(row["enrolled_at"]),
            enrolled_by=row["enrolled_by"],
            version=row["version"],
            model_version=row["model_version"],
            provisional=bool(row["provisional"]),
            source=row["source"],
        )

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


class FaceTables(FaceRows, TraceTables):
    """Reading, enrolling and forgetting."""

    def __init__(self, db: Database, vault: Vault, journal: Journal) -> None:
        super().__init__(db, vault)
        self._journal = journal

    def enrol(
        self, enrolment: Enrolment, pictures: Sequence[EnrolmentPicture], change: Change
    ) -> Enrolment:
        """Replace all pictures and templates: those of other models show the former pictures."""
        subject = enrolment.subject
        others = "enrolments", "enrolment", subject, change
        self._drop(*others, further=("AND model <> ?", (enrolment.template.model,)))
        kept = self._set_template(enrolment, change)
        self._drop("enrolment_pictures", "picture", subject, change)
        for position, picture in enumerate(pictures):
            self._add_picture(subject, position, picture, change)
        return kept

    def migrate(self, enrolment: Enrolment, change: Change) -> Enrolment:
        """Set the template of one model; pictures and other templates stay."""
        return self._set_template(enrolment, change)

    def destroy_key(self, subject: Subject, change: Change) -> None:
        """Crypto-erasure of templates, pictures, traces and replies; the row in the log is the
        receipt."""
        destroyed = self._vault.destroy(subject)
        self._drop("enrolments", "enrolment", subject, change)
        self._drop("enrolment_pictures", "picture", subject, change)
        self._drop_traces(subject)
        if subject.kind is SubjectKind.PERSON:
            drop_pending(self._db, subject.id)
        details = {**change.details, "destroyed": destroyed}
        key = "/".join(_key(subject))
        self._journal.note("data_key", key, None, replace(change, details=details))
        self._journal.mark_erased()

    def _set_template(self, enrolment: Enrolment, change: Change) -> Enrolment:
        """Numbers go on for ever, so that an old verdict's version stays the one it names."""
        subject, template = enrolment.subject, enrolment.template
        version = template_history.count(self._db, subject, template.model) + 1
        row: Row = {
            "subject_kind": subject.kind.value,
            "subject_id": subject.id,
            "model": template.model,
            "frames": template.frames,
            "sealed": self._vault.seal(subject, f"template/{template.model}", template.vector),
            "enrolled_at": utc_text(enrolment.enrolled_at),
            "enrolled_by": enrolment.enrolled_by,
            "version": version,
            "model_version": enrolment.model_version,
            "provisional": int(enrolment.provisional),
            "source": enrolment.source,
        }
        self._db.table("enrolments").insert(row, replace=True)
        self._journal.note("enrolment", enrolment_key(row), enrolment_record(row), change, subject)
        return replace(enrolment, version=version)

    def _drop(
        self,
        table: str,
        kind: str,
        subject: Subject,
        change: Change,
        further: tuple[str, tuple[Any, ...]] = ("", ()),
    ) -> None:
        where, params = f"{_OF_SUBJECT} {further[0]}", (*_key(subject), *further[1])
        rows = self._query(f"SELECT * FROM {table} WHERE {where}", params)
        self._journal.changed(f"DELETE FROM {table} WHERE {where}", params)
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
    names = ["subject_kind", "subject_id", "model", "frames", "enrolled_at", "enrolled_by"]
    names += [name for name, default in template_history.LATER.items() if row[name] != default]
    return {**{name: row[name] for name in names}, "sealed_sha256": digest(row["sealed"])}


def picture_record(row: Row) -> dict[str, Any]:
    """A picture as it stands in the log: the digest of what is stored, never the picture."""
    names = ("id", "subject_kind", "subject_id", "content_type", "portrait", "taken_at")
    return {**{name: row[name] for name in names}, "sealed_sha256": digest(row["sealed"])}


def _key(subject: Subject) -> tuple[str, str]:
    return subject.kind.value, subject.id
