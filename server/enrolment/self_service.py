"""A person's own pictures from the phone: guided, judged one by one, handed in for an officer.

Until they are handed in they are in memory only, and go with the connection.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from roll_call.enrolment import Likeness, SelfEnrolment, submitted
from roll_call.enrolment_guide import EnrolmentPose, Guide, Shot
from roll_call.errors import Conflict, InvalidInput
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import FaceProblem, FaceVerifier, PictureReport, Template
from roll_call.ports.records import Change, EnrolmentPicture
from roll_call.ports.store import Store
from server.auth.throttle import Throttle
from server.auth.tokens import new_id
from server.clock import Clock
from server.enrolment.lookalikes import Lookalikes
from server.enrolment.pictures import content_type, decoded

PICTURES_AT_MOST = 20
PICTURES_WITHIN_MINUTES = 10


@dataclass(slots=True)
class Draft:
    """The pictures of one connection; ``template`` is made of exactly these."""

    guide: Guide
    pictures: list[bytes] = field(default_factory=list)
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """One picture: used, or refused for a problem, or (without one) not the pose that is wanted."""

    used: bool
    problem: FaceProblem | None
    wanted: EnrolmentPose | None


class SelfService:
    """What phones may do; every connection holds its own draft."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        verifier: FaceVerifier,
        lookalikes: Lookalikes,
        needed: int,
        patience: timedelta,
    ) -> None:
        self._store = store
        self._clock = clock
        self._verifier = verifier
        self._lookalikes = lookalikes
        self._needed = min(needed, len(EnrolmentPose))
        self._patience = patience
        self._pictures = Throttle(PICTURES_AT_MOST, PICTURES_WITHIN_MINUTES)
        # Verifications need the same workers: never more than one picture of this kind at a time.
        self._one_at_a_time = asyncio.Lock()

    def new_draft(self) -> Draft:
        """No picture yet."""
        return Draft(Guide(self._needed))

    async def standing(self, person_id: str) -> SelfEnrolment | None:
        """The person's newest self-enrolment unless it expired."""
        found = await self._store.read(lambda r: r.self_enrolments.self_enrolment_of(person_id))
        if found is None or found.expired(self._clock.now(), self._patience):
            return None
        return found

    async def picture(self, person_id: str, draft: Draft, text: str) -> Fate:
        """Judge one picture (base64).

        Raises Conflict(enrolment_not_wanted), InvalidInput(picture_unreadable), RateLimited,
        ModelError. The message's own limit keeps it below 300 kB.
        """
        await self._wanted(person_id)
        data = decoded(text)
        self._pictures.check(person_id)
        self._pictures.failed(person_id)
        if draft.guide.next is None:
            return Fate(False, FaceProblem.TOO_ALIKE, None)
        async with self._one_at_a_time:
            result = await self._verifier.enrol([*draft.pictures, data])
        report = result.reports[-1]
        pose = draft.guide.fit(_shot(report)) if report.problem is None else None
        if pose is None:
            wanted = draft.guide.next
            draft.guide.missed()
            return Fate(False, report.problem, wanted)
        draft.guide.take(_shot(report), pose)
        draft.pictures.append(data)
        draft.template = result.template
        return Fate(True, None, draft.guide.next)

    async def submit(self, person_id: str, draft: Draft) -> SelfEnrolment:
        """Hand the pictures in; the caller begins a new draft.

        Raises Conflict(enrolment_not_wanted), InvalidInput(too_few_pictures).
        """
        asked = await self._wanted(person_id)
        if not draft.guide.enough or draft.template is None:
            raise InvalidInput("too_few_pictures", needed=self._needed)
        subject = Subject(SubjectKind.PERSON, person_id)
        like = await self._lookalikes.like(subject, draft.template)
        others = await self._lookalikes.of(subject, draft.template)
        now = self._clock.now()
        handed_in = submitted(
            asked,
            len(draft.pictures),
            _LIKENESS[like],
            tuple(f"{other.kind.value}/{other.id}" for other in others),
            now,
        )
        pictures = [
            EnrolmentPicture(new_id(), subject, content_type(data) or "", data, False, now)
            for data in draft.pictures
        ]
        change = Change("submitted", f"person/{person_id}", now)
        await self._store.write(
            lambda t: t.self_enrolments.save_self_enrolment(handed_in, asked, change, pictures)
        )
        return handed_in

    async def _wanted(self, person_id: str) -> SelfEnrolment:
        found = await self.standing(person_id)
        if found is None or not found.state.takes_pictures:
            raise Conflict("enrolment_not_wanted")
        return found


_LIKENESS = {True: Likeness.LIKE, False: Likeness.UNLIKE, None: Likeness.NO_REFERENCE}


def _shot(report: PictureReport) -> Shot:
    """A usable picture has both; without them it would count as straight in no light."""
    return Shot(
        yaw=report.pose.yaw if report.pose else 0.0,
        brightness=report.quality.brightness if report.quality else 0.0,
    )
