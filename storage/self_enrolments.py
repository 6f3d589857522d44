"""Persons' own enrolments; implements ``roll_call.ports.store.SelfEnrolments``.

The pictures wait sealed under the person's key and go as soon as an officer has looked.
"""

from collections.abc import Sequence

from sqlite_utils import Database

from roll_call.enrolment import SelfEnrolment
from roll_call.errors import Conflict
from roll_call.instants import from_text, utc_text
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Change, EnrolmentPicture
from storage.journal import Journal, Rows, record_of
from storage.plain import Row, to_row
from storage.vault import Vault

_OPEN = "state NOT IN ('confirmed', 'withdrawn')"


class SelfEnrolmentRows(Rows):
    """Reading: pictures come out in clear."""

    def __init__(self, db: Database, vault: Vault) -> None:
        super().__init__(db)
        self._vault = vault

    def self_enrolment(self, enrolment_id: str) -> SelfEnrolment:
        """Raises ``NotFound``."""
        return self._get(SelfEnrolment, "self_enrolments", enrolment_id)

    def self_enrolment_of(self, person_id: str) -> SelfEnrolment | None:
        """A person's newest one."""
        sql = "SELECT * FROM self_enrolments WHERE person_id = ? ORDER BY rowid DESC LIMIT 1"
        return self._first(SelfEnrolment, sql, (person_id,))

    def open_self_enrolments(self) -> tuple[SelfEnrolment, ...]:
        """The longest waiting first."""
        sql = f"SELECT * FROM self_enrolments WHERE {_OPEN} ORDER BY submitted_at, asked_at, id"
        return self._all(SelfEnrolment, sql)

    def pending_pictures(self, enrolment_id: str) -> tuple[EnrolmentPicture, ...]:
        """In the order in which they were taken."""
        sql = "SELECT * FROM pending_pictures WHERE enrolment_id = ? ORDER BY position"
        return tuple(self._picture(row) for row in self._query(sql, (enrolment_id,)))

    def _picture(self, row: Row) -> EnrolmentPicture:
        person = _person(row["person_id"])
        return EnrolmentPicture(
            id=row["id"],
            subject=person,
            content_type=row["content_type"],
            data=self._vault.open(person, _purpose(row["id"]), row["sealed"]),
            portrait=False,
            taken_at=from_text(row["taken_at"]),
        )


class SelfEnrolmentTables(SelfEnrolmentRows):
    """Reading and writing."""

    def __init__(self, db: Database, vault: Vault, journal: Journal) -> None:
        super().__init__(db, vault)
        self._journal = journal

    def add_self_enrolment(self, asked: SelfEnrolment, change: Change) -> None:
        """Raises ``Conflict`` (``already_asked``)."""
        newest = self.self_enrolment_of(asked.person_id)
        if newest is not None and not newest.state.final:
            raise Conflict("already_asked")
        self._journal.insert("self_enrolments", to_row(asked))
        self._note(asked, change)

    def save_self_enrolment(
        self,
        new: SelfEnrolment,
        old: SelfEnrolment,
        change: Change,
        pictures: Sequence[EnrolmentPicture] = (),
    ) -> None:
        """Raises ``Conflict``, ``NotFound``."""
        self._journal.replace("self_enrolments", new.id, to_row(new), to_row(old))
        self._note(new, change)
        drop_pending(self._db, new.person_id)
        for position, picture in enumerate(pictures):
            self._db.table("pending_pictures").insert(
                {
                    "id": picture.id,
                    "enrolment_id": new.id,
                    "person_id": new.person_id,
                    "position": position,
                    "content_type": picture.content_type,
                    "sealed": self._vault.seal(picture.subject, _purpose(picture.id), picture.data),
                    "taken_at": utc_text(picture.taken_at),
                }
            )

    def _note(self, asked: SelfEnrolment, change: Change) -> None:
        about = _person(asked.person_id)
        self._journal.note("self_enrolment", asked.id, record_of(asked), change, about)


def drop_pending(db: Database, person_id: str) -> None:
    """Forget a person's waiting pictures, which never were on record: nobody had confirmed them."""
    db.conn.execute("DELETE FROM pending_pictures WHERE person_id = ?", (person_id,))


def _purpose(picture_id: str) -> str:
    return f"pending/{picture_id}"


def _person(person_id: str) -> Subject:
    return Subject(SubjectKind.PERSON, person_id)
