"""The one way to a template: quality, number, look-alikes, then kept with the pictures."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from roll_call.enrolment import Refusal, Source, refusal
from roll_call.people import Subject
from roll_call.ports.faces import EnrolmentResult, FaceVerifier
from roll_call.ports.records import Change, Enrolment, EnrolmentPicture
from roll_call.ports.store import Store, Transaction
from server.auth.tokens import new_id
from server.clock import Clock
from server.enrolment.lookalikes import Lookalikes
from server.enrolment.pictures import content_type


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer wants enrolled, on their own word.

    ``provisional``: there are no more pictures. ``despite_duplicate``: why a look-alike is another
    person. ``also``: what has to happen in the same unit of work.
    """

    subject: Subject
    pictures: Sequence[bytes]
    officer_id: str
    source: Source = Source.OFFICER
    provisional: bool = False
    despite_duplicate: str = ""
    also: Callable[[Transaction], None] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a wish; ``kept`` where a template was made."""

    result: EnrolmentResult
    refused: Refusal | None = None
    lookalikes: tuple[Subject, ...] = ()
    kept: Enrolment | None = None


class EnrolmentOffice:
    """``needed``: different usable pictures for a template that is not provisional."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        verifier: FaceVerifier,
        lookalikes: Lookalikes,
        needed: int,
    ) -> None:
        self.needed = needed
        self._store = store
        self._clock = clock
        self._verifier = verifier
        self._lookalikes = lookalikes
        # Two look-alikes that are enrolled at once would each find nobody.
        self._one_at_a_time = asyncio.Lock()

    async def enrol(self, wish: Wish) -> Answer:
        """Raises ModelError where the verifier fails, StorageError."""
        result = await self._verifier.enrol(wish.pictures)
        usable = result.template.frames if result.template else 0
        refused = refusal(usable, self.needed, wish.provisional)
        if result.template is None or refused is not None:
            return Answer(result, refused)
        async with self._one_at_a_time:
            alike = await self._lookalikes.of(wish.subject, result.template)
            if alike and not wish.despite_duplicate.strip():
                await self._note_refusal(wish, alike)
                return Answer(result, Refusal.DUPLICATE, alike)
            kept = await self._keep(wish, result, alike)
        return Answer(result, None, alike, kept)

    async def _keep(
        self, wish: Wish, result: EnrolmentResult, alike: tuple[Subject, ...]
    ) -> Enrolment:
        assert result.template is not None
        now = self._clock.now()
        frames = result.template.frames
        enrolment = Enrolment(
            subject=wish.subject,
            template=result.template,
            enrolled_at=now,
            enrolled_by=wish.officer_id,
            model_version=self._verifier.info.version,
            provisional=frames < self.needed,
            source=wish.source.value,
        )
        pictures = self._pictures(wish, result)
        details: dict[str, Any] = {"frames": frames, "source": wish.source.value}
        if alike:
            details["despite_duplicate"] = {"reason": wish.despite_duplicate, "of": _names(alike)}
        change = Change("enrolled", f"officer/{wish.officer_id}", now, details)

        def work(t: Transaction) -> Enrolment:
            if wish.also is not None:
                wish.also(t)
            return t.faces.enrol(enrolment, pictures, change)

        return await self._store.write(work)

    def _pictures(self, wish: Wish, result: EnrolmentResult) -> list[EnrolmentPicture]:
        now = self._clock.now()
        return [
            EnrolmentPicture(
                id=new_id(),
                subject=wish.subject,
                content_type=content_type(data) or "image/jpeg",
                data=data,
                portrait=index == result.portrait_index,
                taken_at=now,
            )
            for index, (data, report) in enumerate(zip(wish.pictures, result.reports, strict=True))
            if report.problem is None
        ]

    async def _note_refusal(self, wish: Wish, alike: tuple[Subject, ...]) -> None:
        subject, now = wish.subject, self._clock.now()
        kind, actor = subject.kind.value, f"officer/{wish.officer_id}"
        payload = {"why": Refusal.DUPLICATE.value, "of": _names(alike)}
        await self._store.write(
            lambda t: t.log.append(
                f"{kind}.enrolment_refused",
                kind,
                subject.id,
                payload,
                actor,
                now,
                data_subject=subject,
            )
        )


def _names(subjects: Sequence[Subject]) -> list[str]:
    return [f"{subject.kind.value}/{subject.id}" for subject in subjects]
