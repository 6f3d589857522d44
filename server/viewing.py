"""Every look at personal data is a row in the log: who saw whose record, and when.

A player asks for a recording in many ranges and a console reloads often; looks of the same officer
at the same thing within ``QUIET`` are one row.
"""

from datetime import datetime, timedelta

from roll_call.people import Officer, Subject
from roll_call.ports.store import Store
from server.clock import Clock

QUIET = timedelta(minutes=5)
REMEMBERED = 10_000


def split(subject: str) -> tuple[str, str]:
    """``entry/<id>`` as kind and id."""
    kind, _, subject_id = subject.partition("/")
    return kind, subject_id


class ViewLog:
    """Writes ``<kind>`` rows such as ``entry.viewed`` or ``recording.viewed``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._recent: dict[tuple[str, str, str], datetime] = {}

    async def saw(
        self, officer: Officer, kind: str, subject: str, about: Subject | None = None
    ) -> None:
        """Log the look before the data goes out."""
        now = self._clock.now()
        key = (officer.id, kind, subject)
        last = self._recent.get(key)
        if last is not None and now - last < QUIET:
            return
        if len(self._recent) >= REMEMBERED:
            self._recent = {k: at for k, at in self._recent.items() if now - at < QUIET}
        actor = f"officer/{officer.id}"
        await self._store.write(
            lambda t: t.log.append(kind, *split(subject), {}, actor, now, data_subject=about)
        )
        self._recent[key] = now

    async def refused(self, actor: str, verb: str, path: str) -> None:
        """A refusal is a row too; ``actor`` is ``officer/<id>`` or ``person/<id>``."""
        now = self._clock.now()
        payload = {"verb": verb, "path": path[:200]}
        await self._store.write(
            lambda t: t.log.append("access.refused", *split(actor), payload, actor, now)
        )
