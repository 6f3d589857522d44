"""Enrolment (人脸登记): what is enough for a template, and the course of a person's own enrolment.

An officer enrols by camera or from pictures. A person may be asked to take the pictures with their
own phone; then an officer, who knows the face, confirms them before they count for anything.

One self-enrolment is WANTED by an officer, SUBMITTED by the person, and CONFIRMED or REJECTED by an
officer; a rejected one may be submitted again. WITHDRAWN: the officer thought better of it, or
nobody acted in time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from roll_call.errors import InvalidInput
from roll_call.transitions import Table


class Refusal(StrEnum):
    """Why an enrolment was not kept."""

    NO_USABLE_PICTURE = "no_usable_picture"
    TOO_FEW = "too_few"
    DUPLICATE = "duplicate"


class Source(StrEnum):
    """Where a template's pictures came from."""

    OFFICER = "officer"
    SELF = "self"
    MIGRATION = "migration"


def refusal(usable: int, needed: int, provisional: bool) -> Refusal | None:
    """Whether so many different usable pictures are too few.

    ``provisional``: an officer says that there are no others (an identity photo).
    """
    if usable == 0:
        return Refusal.NO_USABLE_PICTURE
    return Refusal.TOO_FEW if usable < needed and not provisional else None


def comparable(template_version: str, model_version: str) -> bool:
    """Whether a template can be compared by this version of its model.

    Templates of before versions were kept ("") are of the weights that were pinned then.
    """
    return template_version in ("", model_version)


class SelfEnrolmentState(StrEnum):
    """CONFIRMED and WITHDRAWN are final; a new one begins anew."""

    WANTED = "wanted"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def final(self) -> bool:
        """Whether nothing more happens to it."""
        return self in {self.CONFIRMED, self.WITHDRAWN}

    @property
    def takes_pictures(self) -> bool:
        """Whether the person is asked for pictures."""
        return self in {self.WANTED, self.REJECTED}


class Likeness(StrEnum):
    """The new pictures against the template so far: a hint for the officer's eye."""

    LIKE = "like"
    UNLIKE = "unlike"
    NO_REFERENCE = "no_reference"


class SelfEnrolmentEvent(StrEnum):
    """What happens to a self-enrolment."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


def _rows() -> Mapping[SelfEnrolmentState, Mapping[str, SelfEnrolmentState]]:
    s = SelfEnrolmentState
    ends = {"withdraw": s.WITHDRAWN, "expire": s.WITHDRAWN}
    return {
        s.WANTED: {"submit": s.SUBMITTED, **ends},
        s.SUBMITTED: {"confirm": s.CONFIRMED, "reject": s.REJECTED, **ends},
        s.REJECTED: {"submit": s.SUBMITTED, **ends},
    }


SELF_ENROLMENT_TABLE: Table[SelfEnrolmentState] = Table("self_enrolment", _rows())
"""Every defined pair; the final states have none."""


@dataclass(frozen=True, slots=True)
class SelfEnrolment:
    """One person's own enrolment, asked for by an officer.

    ``pictures``: how many wait sealed for an officer. ``reason``: why it was rejected, for the
    person to read. ``settled_by``: the officer who confirmed, rejected or withdrew it.
    ``lookalikes``: other subjects (``person/<id>``) whose template the pictures resemble.
    """

    id: str
    person_id: str
    asked_at: datetime
    asked_by: str
    state: SelfEnrolmentState = SelfEnrolmentState.WANTED
    pictures: int = 0
    submitted_at: datetime | None = None
    likeness: Likeness | None = None
    lookalikes: tuple[str, ...] = ()
    settled_at: datetime | None = None
    settled_by: str | None = None
    reason: str = ""

    def due_since(self) -> datetime:
        """Since when it waits for somebody to act."""
        return max(m for m in (self.asked_at, self.submitted_at, self.settled_at) if m is not None)

    def expired(self, now: datetime, patience: timedelta) -> bool:
        """Whether nobody acted in time, so that its pictures must not be kept any longer."""
        return not self.state.final and now - self.due_since() >= patience


def submitted(
    asked: SelfEnrolment,
    pictures: int,
    likeness: Likeness,
    lookalikes: tuple[str, ...],
    now: datetime,
) -> SelfEnrolment:
    """The person handed pictures in. Raises IllegalTransition, InvalidInput(no_pictures)."""
    if pictures < 1:
        raise InvalidInput("no_pictures")
    moved = _moved(asked, SelfEnrolmentEvent.SUBMIT)
    return replace(
        moved,
        pictures=pictures,
        submitted_at=now,
        likeness=likeness,
        lookalikes=lookalikes,
        settled_at=None,
        settled_by=None,
        reason="",
    )


def settled(
    asked: SelfEnrolment,
    event: SelfEnrolmentEvent,
    now: datetime,
    officer_id: str | None,
    reason: str = "",
) -> SelfEnrolment:
    """Confirmed, rejected, withdrawn or expired (nobody's act). Raises IllegalTransition.

    No pictures wait any longer.
    """
    moved = _moved(asked, event)
    return replace(moved, pictures=0, settled_at=now, settled_by=officer_id, reason=reason)


def _moved(asked: SelfEnrolment, event: SelfEnrolmentEvent) -> SelfEnrolment:
    return replace(asked, state=SELF_ENROLMENT_TABLE.target(asked.state, event.value))
