"""Which persons should be enrolled anew, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from roll_call.drift import SESSIONS, ReminderCode, drifts, reminders
from roll_call.enrolment import comparable
from roll_call.people import Subject
from roll_call.ports.faces import FaceVerifier
from roll_call.ports.records import EnrolmentSummary
from roll_call.ports.store import Records, Store
from server.clock import Clock

FRESH_FOR = timedelta(hours=12)
"""Scores drift over months: a course is looked at again after this."""


@dataclass(frozen=True, slots=True)
class _Course:
    version: int
    looked_at: datetime
    drifting: bool


class Reminders:
    """Remembers whose scores drift, so that a list of persons does not read every verdict anew."""

    def __init__(
        self, store: Store, clock: Clock, verifier: FaceVerifier, needed: int, oldest: timedelta
    ) -> None:
        self._store = store
        self._clock = clock
        self._verifier = verifier
        self._needed = needed
        self._oldest = oldest
        self._courses: dict[Subject, _Course] = {}

    async def of(
        self, summaries: Sequence[EnrolmentSummary]
    ) -> Mapping[str, tuple[ReminderCode, ...]]:
        """The reminders by subject id, the most urgent first."""
        stale = [summary for summary in summaries if self._stale(summary)]
        if stale:
            await self._store.read(lambda r: self._look(r, stale))
        return {summary.subject.id: self._reminders(summary) for summary in summaries}

    def _stale(self, summary: EnrolmentSummary) -> bool:
        known = self._courses.get(summary.subject)
        now = self._clock.now()
        return (
            known is None
            or known.version != summary.version
            or not timedelta(0) <= now - known.looked_at < FRESH_FOR
        )

    def _look(self, records: Records, summaries: Sequence[EnrolmentSummary]) -> None:
        """Only sessions with the present template count: another one has another scale.

        The few first and the few last are read, however long the course is.
        """
        now = self._clock.now()
        for summary in summaries:
            first, last = records.faces.medians(summary, SESSIONS)
            threshold = self._verifier.threshold(summary.frames)
            drifting = self._compares(summary) and drifts(first, last, threshold)
            self._courses[summary.subject] = _Course(summary.version, now, drifting)

    def _compares(self, summary: EnrolmentSummary) -> bool:
        mine = summary.model == self._verifier.model
        return mine and comparable(summary.model_version, self._verifier.info.version)

    def _reminders(self, summary: EnrolmentSummary) -> tuple[ReminderCode, ...]:
        return reminders(
            in_this_model=self._compares(summary),
            frames=summary.frames,
            needed=self._needed,
            provisional=summary.provisional,
            drifting=self._courses[summary.subject].drifting,
            enrolled_at=summary.enrolled_at,
            now=self._clock.now(),
            oldest=self._oldest,
        )
