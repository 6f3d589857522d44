"""The store's port for faces: templates, pictures, traces, and persons' own enrolments.

Part of ``roll_call.ports.store``, where its rules and errors stand.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from roll_call.enrolment import SelfEnrolment
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import (
    Change,
    Enrolment,
    EnrolmentPicture,
    EnrolmentSummary,
    TemplateVersion,
    Trace,
)


class FacesReader(Protocol):
    """Enrolments: kept encrypted under the subject's data key, handed out in clear."""

    def enrolment(self, subject: Subject, model: str) -> Enrolment | None: ...

    def templates(self, model: str, subjects: Collection[Subject]) -> tuple[Enrolment, ...]:
        """Those of the subjects that have one for this model."""

    def summaries(
        self, kind: SubjectKind, model: str | None = None
    ) -> Mapping[str, EnrolmentSummary]:
        """The newest enrolment by subject id, without opening any; ``model``'s comes first."""

    def versions(self, subject: Subject) -> tuple[TemplateVersion, ...]:
        """Every version that a subject's templates had, newest first; erased ones are left out."""

    def outdated(self, model: str, model_version: str) -> tuple[Subject, ...]:
        """Subjects with pictures, and no template of this version of this model."""

    def medians(
        self, template: EnrolmentSummary, count: int
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The median similarities to a template, of the first and the last ``count`` matches."""

    def pictures(self, subject: Subject) -> tuple[EnrolmentPicture, ...]: ...

    def portrait(self, subject: Subject) -> EnrolmentPicture | None: ...

    def traces(self, subject: Subject, limit: int) -> tuple[Trace, ...]:
        """The courses of the head in a subject's last sessions, newest first."""


class Faces(FacesReader, Protocol):
    """Enrolling and forgetting."""

    def enrol(
        self, enrolment: Enrolment, pictures: Sequence[EnrolmentPicture], change: Change
    ) -> Enrolment:
        """Replace all pictures and all templates of the subject, whatever their model.

        Returns the enrolment as kept, with the version number that the store gave it.
        """

    def migrate(self, enrolment: Enrolment, change: Change) -> Enrolment:
        """Set the subject's template of this model alone, made from the pictures that are kept.

        Returns it with its version number.
        """

    def keep_trace(self, subject: Subject, session_id: str, trace: Trace, at: datetime) -> None:
        """Keep the course of the head in one session, sealed; it never reaches the log.

        Only the newest of a subject are kept, as many as are ever compared.
        """

    def destroy_key(self, subject: Subject, change: Change) -> None:
        """Crypto-erasure: what was encrypted for the subject can never be read again."""


class SelfEnrolmentsReader(Protocol):
    """Persons' own enrolments on their way to an officer."""

    def self_enrolment(self, enrolment_id: str) -> SelfEnrolment:
        """Raises ``NotFound``."""

    def self_enrolment_of(self, person_id: str) -> SelfEnrolment | None:
        """A person's newest one, whatever its state."""

    def open_self_enrolments(self) -> tuple[SelfEnrolment, ...]:
        """Those that somebody still has to act on, the longest waiting first."""

    def pending_pictures(self, enrolment_id: str) -> tuple[EnrolmentPicture, ...]:
        """The pictures that wait for an officer, in the order in which they were taken."""


class SelfEnrolments(SelfEnrolmentsReader, Protocol):
    """Each method writes the log as well; no picture reaches it."""

    def add_self_enrolment(self, asked: SelfEnrolment, change: Change) -> None:
        """Raises ``Conflict`` (``already_asked``) where one of the person is open."""

    def save_self_enrolment(
        self,
        new: SelfEnrolment,
        old: SelfEnrolment,
        change: Change,
        pictures: Sequence[EnrolmentPicture] = (),
    ) -> None:
        """Compare with ``old`` (``Conflict``), save, and replace what waits by ``pictures``."""
