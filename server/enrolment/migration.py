"""Templates for a new model, made from the enrolment pictures that are kept (encrypted).

Each subject is one unit of work and the store knows who is left, so that a crash in the middle is
resumed by the next start. Pictures that the new model cannot use leave the subject without a
template of it: the register then reminds of a new enrolment.
"""

from dataclasses import dataclass, field

from roll_call.enrolment import Source, comparable
from roll_call.errors import ModelError, StorageError
from roll_call.people import Subject
from roll_call.ports.faces import FaceVerifier, Template
from roll_call.ports.records import Change, Enrolment, EnrolmentPicture, EnrolmentSummary
from roll_call.ports.store import Records, Store, Transaction
from server.clock import Clock
from server.logs import logger

log = logger("migration")


@dataclass(slots=True)
class Progress:
    """How far it is; ``failed`` ones have to be enrolled anew."""

    model: str
    done: int = 0
    waiting: int = 0
    failed: list[Subject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Former:
    """Who had enrolled a subject, and when: a template made anew shows the same day's face."""

    summary: EnrolmentSummary
    pictures: tuple[EnrolmentPicture, ...]


class Migration:
    """One subject after another, so that check-ins find the workers free in between."""

    def __init__(self, store: Store, clock: Clock, verifier: FaceVerifier, needed: int) -> None:
        self._store = store
        self._clock = clock
        self._verifier = verifier
        self._needed = needed
        self.progress = Progress(verifier.model)

    async def run(self) -> Progress:
        """Make every template that is missing. Raises ModelError, StorageError."""
        model, version = self._verifier.model, self._verifier.info.version
        waiting = await self._store.read(lambda r: r.faces.outdated(model, version))
        progress = self.progress = Progress(model, waiting=len(waiting))
        if waiting:
            log.info("migration_begins", model=model, version=version, waiting=len(waiting))
        for subject in waiting:
            try:
                made = await self._migrate(subject)
            except StorageError as error:
                # One damaged picture must not keep everybody else's template from being made.
                log.error("not_migrated", subject=f"{subject.kind}/{subject.id}", why=error.code)
                made = False
            progress.waiting -= 1
            if made:
                progress.done += 1
            else:
                progress.failed.append(subject)
        if waiting:
            log.info("migration_ends", model=model, done=progress.done, failed=len(progress.failed))
        return progress

    async def _migrate(self, subject: Subject) -> bool:
        former = await self._store.read(lambda r: _former(r, subject))
        if former is None:
            return False
        if self._present(former.summary):
            return True
        template = await self._template(former)
        if template is None:
            return False
        enrolment = Enrolment(
            subject=subject,
            template=template,
            enrolled_at=former.summary.enrolled_at,
            enrolled_by=former.summary.enrolled_by,
            model_version=self._verifier.info.version,
            provisional=template.frames < self._needed,
            source=Source.MIGRATION.value,
        )
        change = Change("migrated", "system", self._clock.now(), {"frames": template.frames})

        def work(t: Transaction) -> None:
            # Whoever was enrolled anew meanwhile keeps the template of their new pictures.
            if t.faces.summaries(subject.kind).get(subject.id) == former.summary:
                t.faces.migrate(enrolment, change)

        await self._store.write(work)
        return True

    def _present(self, summary: EnrolmentSummary) -> bool:
        """Whether an officer was faster."""
        mine = summary.model == self._verifier.model
        return mine and comparable(summary.model_version, self._verifier.info.version)

    async def _template(self, former: _Former) -> Template | None:
        try:
            result = await self._verifier.enrol([picture.data for picture in former.pictures])
        except ModelError as error:
            log.error("pictures_not_read", why=error.code)
            return None
        return result.template


def _former(records: Records, subject: Subject) -> _Former | None:
    summary = records.faces.summaries(subject.kind).get(subject.id)
    pictures = records.faces.pictures(subject)
    if summary is None or not pictures:
        return None
    return _Former(summary, pictures)
