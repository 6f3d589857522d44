"""Exclusions (暂不点名) between the API and the domain."""

from collections.abc import Sequence
from datetime import date

from roll_call.call_list import Exclusion
from roll_call.errors import InvalidInput
from roll_call.people import Subject, SubjectKind
from server.api.call_list_schemas import ExclusionValue, ExclusionView
from server.api.routing import Call


def exclusions(
    call: Call, values: Sequence[ExclusionValue], before: Sequence[Exclusion]
) -> tuple[Exclusion, ...]:
    """The domain's exclusions; one that stood so before keeps the officer who made it.

    Raises InvalidInput(bad_time).
    """
    officers = {(x.subject, x.reason, x.until): x.officer_id for x in before}
    made = []
    for value in values:
        subject = Subject(SubjectKind(value.subject_kind), value.subject_id)
        reason, until = value.reason.strip(), day_of(value.until) if value.until else None
        officer_id = officers.get((subject, reason, until), call.officer.id)
        made.append(Exclusion(subject, reason, officer_id, until))
    return tuple(made)


def exclusion_view(call: Call, exclusion: Exclusion) -> ExclusionView:
    """An exclusion as the API shows it."""
    return ExclusionView.model_validate(
        {
            "subject_kind": exclusion.subject.kind.value,
            "subject_id": exclusion.subject.id,
            "reason": exclusion.reason,
            "until": exclusion.until.isoformat() if exclusion.until else None,
            "by": call.services.directory.officer_name(exclusion.officer_id) or "",
        }
    )


def day_of(text: str) -> date:
    """YYYY-MM-DD; raises InvalidInput(bad_time)."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("bad_time") from error
