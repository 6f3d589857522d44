"""CallList (点名名单): a named list of units or persons in the order in which they are called.

A list says who; a plan says when. Who is left out for a while stays on the list with the reason and
the last day, so that nobody has to remember to put them back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from roll_call.errors import InvalidInput
from roll_call.people import Subject, SubjectKind

LONGEST_REASON = 200
CALLED_KINDS = frozenset({SubjectKind.UNIT, SubjectKind.PERSON})


@dataclass(frozen=True, slots=True)
class Exclusion:
    """暂不点名: a unit or a person who is not called up to and including a local day.

    ``officer_id``: who said so. ``until=None`` holds until somebody lifts it. Raises InvalidInput
    with officer_required, exclusion_reason_required or exclusion_reason_too_long.
    """

    subject: Subject
    reason: str
    officer_id: str
    until: date | None = None

    def __post_init__(self) -> None:
        if not self.officer_id:
            raise InvalidInput("officer_required")
        if not self.reason.strip():
            raise InvalidInput("exclusion_reason_required")
        if len(self.reason) > LONGEST_REASON:
            raise InvalidInput("exclusion_reason_too_long", limit=LONGEST_REASON)

    def holds_on(self, day: date) -> bool:
        """Whether it still holds on a local day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class CallList:
    """``subject_ids`` stand in calling order; exclusions are about members of the list only.

    Raises InvalidInput with name_required, unknown_kind, nobody_chosen, listed_twice or
    exclusion_not_listed.
    """

    id: str
    name: str
    subject_kind: SubjectKind
    subject_ids: tuple[str, ...]
    exclusions: tuple[Exclusion, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidInput("name_required")
        if self.subject_kind not in CALLED_KINDS:
            raise InvalidInput("unknown_kind")
        if not self.subject_ids:
            raise InvalidInput("nobody_chosen")
        members = set(self.subject_ids)
        if len(members) != len(self.subject_ids):
            raise InvalidInput("listed_twice")
        excluded = [exclusion.subject for exclusion in self.exclusions]
        if any(s.kind is not self.subject_kind or s.id not in members for s in excluded):
            raise InvalidInput("exclusion_not_listed")
        if len(set(excluded)) != len(excluded):
            raise InvalidInput("listed_twice")

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """All members in calling order, the excluded ones too."""
        return tuple(Subject(self.subject_kind, each) for each in self.subject_ids)

    def called_on(self, day: date) -> tuple[Subject, ...]:
        """Who is called on a local day, in calling order."""
        left_out = excluded_on(self.exclusions, day)
        return tuple(subject for subject in self.subjects if subject not in left_out)


def excluded_on(exclusions: Iterable[Exclusion], day: date) -> frozenset[Subject]:
    """Whom the exclusions leave out on a local day."""
    return frozenset(each.subject for each in exclusions if each.holds_on(day))
