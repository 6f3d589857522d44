"""Enrolments as the API shows them."""

from collections.abc import Sequence

from roll_call.drift import ReminderCode
from roll_call.enrolment import SelfEnrolment
from roll_call.errors import NotFound
from roll_call.people import Subject, SubjectKind, SupervisedPerson
from roll_call.ports.faces import PictureReport
from roll_call.ports.records import EnrolmentSummary, LogRow, TemplateVersion
from roll_call.ports.store import Records
from roll_call.verification import Assurance
from server.access import Verb, allowed, of_units
from server.api import enrolment_schemas as schemas
from server.api.routing import Call
from server.directory import Directory
from server.enrolment.office import Answer
from server.errors import texts
from server.instants import wire


def enrolment_view(
    answer: Answer, needed: int, duplicates: list[schemas.Lookalike], call: Call
) -> schemas.EnrolmentView:
    """The fate of an enrolment and of each picture."""
    template, kept = answer.result.template, answer.kept
    assurance = Assurance.LOW
    if kept is not None:
        assurance = Assurance.ORDINARY if kept.provisional else Assurance.HIGH
    return schemas.EnrolmentView.model_validate(
        {
            "accepted": kept is not None,
            "refused": answer.refused,
            "frames": template.frames if template else 0,
            "needed": needed,
            "assurance": assurance.value,
            "version": kept.version if kept else None,
            "pictures": [_fate(report, call.locale) for report in answer.result.reports],
            "duplicates": duplicates,
        }
    )


async def lookalikes(call: Call, subjects: Sequence[Subject]) -> list[schemas.Lookalike]:
    """Those of the look-alikes whom the officer may see anyway."""
    if not subjects:
        return []
    found = await call.services.store.read(
        lambda r: [_lookalike(r, subject, call) for subject in subjects]
    )
    return [one for one in found if one is not None]


def _lookalike(records: Records, subject: Subject, call: Call) -> schemas.Lookalike | None:
    directory = call.services.directory
    try:
        if subject.kind is SubjectKind.PERSON:
            person = records.people.person(subject.id)
            verb, units, number = Verb.VIEW_PERSONS, person.office_ids, person.dossier_number
            name = person.name
        else:
            officer = records.people.officer(subject.id)
            verb, units, number = Verb.VIEW_OFFICERS, (officer.unit_id,), ""
            name = officer.name
    except NotFound:
        return None
    if not allowed(call.officer, verb, of_units(units), directory.tree):
        return None
    return schemas.Lookalike.model_validate(
        {
            "kind": subject.kind.value,
            "id": subject.id,
            "name": name,
            "dossier_number": number,
            "office": directory.name(units[0]),
        }
    )


def current_version(summary: EnrolmentSummary, directory: Directory) -> schemas.TemplateVersion:
    """The template that is compared now."""
    return schemas.TemplateVersion.model_validate(
        {
            "version": summary.version,
            "model": summary.model,
            "model_version": summary.model_version,
            "frames": summary.frames,
            "provisional": summary.provisional,
            "source": summary.source,
            "enrolled_at": wire(summary.enrolled_at),
            "enrolled_by": directory.officer_name(summary.enrolled_by) or "",
        }
    )


def former_version(version: TemplateVersion, directory: Directory) -> schemas.TemplateVersion:
    """One line of the history; the moment is that of the version itself."""
    return schemas.TemplateVersion.model_validate(
        {
            "version": version.version,
            "model": version.model,
            "model_version": version.model_version,
            "frames": version.frames,
            "provisional": version.provisional,
            "source": version.source,
            "enrolled_at": wire(version.made_at),
            "enrolled_by": directory.officer_name(version.made_by) or "",
        }
    )


def reminder_views(codes: Sequence[ReminderCode], locale: str) -> list[schemas.Reminder]:
    """In words."""
    words = texts(locale)
    return [
        schemas.Reminder.model_validate(
            {"code": code.value, "message": words.word("enrolment_reminders", code.value)}
        )
        for code in codes
    ]


def exemption_view(row: LogRow, directory: Directory) -> schemas.Exemption | None:
    """One row of the log as what a person was spared; None where it was erased."""
    details = (row.payload or {}).get("details")
    if details is None:
        return None
    officer_id = row.actor.partition("/")[2]
    return schemas.Exemption(
        kinds=details["kinds"],
        reason=details["reason"],
        officer=directory.officer_name(officer_id) or "",
        at=wire(row.at),
    )


def self_enrolment_view(
    asked: SelfEnrolment,
    person: SupervisedPerson,
    directory: Directory,
    duplicates: list[schemas.Lookalike],
) -> schemas.SelfEnrolmentView:
    """For the officer who is to look at it."""
    return schemas.SelfEnrolmentView.model_validate(
        {
            "id": asked.id,
            "person_id": person.id,
            "name": person.name,
            "dossier_number": person.dossier_number,
            "office": directory.name(person.office_ids[0]),
            "state": asked.state.value,
            "pictures": asked.pictures,
            "asked_at": wire(asked.asked_at),
            "submitted_at": wire(asked.submitted_at),
            "likeness": asked.likeness.value if asked.likeness else None,
            "duplicates": duplicates,
        }
    )


def _fate(report: PictureReport, locale: str) -> schemas.PictureFate:
    problem = report.problem.value if report.problem else None
    return schemas.PictureFate(
        used=problem is None,
        problem=problem,
        message=texts(locale).word("face_problems", problem) if problem else "",
        sharpness=report.quality.sharpness if report.quality else None,
        brightness=report.quality.brightness if report.quality else None,
        yaw_deg=report.pose.yaw if report.pose else None,
    )
