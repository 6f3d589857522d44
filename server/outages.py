"""Times at which the server was not there, so that nobody is blamed for our silence.

While it runs the server writes down that it is alive; at the start the gap since the last such mark
is an outage. Kept in the store's settings, the newest ``KEPT`` of them.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from roll_call.call import RollCall
from roll_call.instants import from_text, utc_text
from roll_call.ports.store import Records, Store, Transaction

ALIVE_SETTING = "alive_at"
OUTAGES_SETTING = "outages"
MARK_EVERY_S = 20.0
SHORTEST = timedelta(seconds=60)
KEPT = 200


@dataclass(frozen=True, slots=True)
class Outage:
    """From the last sign of life to the start after it."""

    start: datetime
    end: datetime


def known_outages(records: Records) -> list[Outage]:
    """Those on record, earliest first."""
    kept = json.loads(records.settings.get(OUTAGES_SETTING) or "[]")
    return [Outage(from_text(start), from_text(end)) for start, end in kept]


class Outages:
    """Knows whether we were down inside a roll-call's window."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: list[Outage] = []

    async def load(self, now: datetime) -> Outage | None:
        """Read the known ones and add the gap before this start; returns that gap."""

        def work(t: Transaction) -> list[Outage]:
            known = known_outages(t)
            alive = t.settings.get(ALIVE_SETTING)
            if alive is not None and now - from_text(alive) > SHORTEST:
                known.append(Outage(from_text(alive), now))
                t.log.append("server.outage", "server", "self", {"since": alive}, "system", now)
            known = known[-KEPT:]
            kept = [[utc_text(o.start), utc_text(o.end)] for o in known]
            t.settings.set(OUTAGES_SETTING, json.dumps(kept))
            t.settings.set(ALIVE_SETTING, utc_text(now))
            return known

        self._known = await self._store.write(work)
        return self._known[-1] if self._known and self._known[-1].end == now else None

    async def mark(self, now: datetime) -> None:
        """We are alive."""
        await self._store.write(lambda t: t.settings.set(ALIVE_SETTING, utc_text(now)))

    def inside(self, roll_call: RollCall) -> bool:
        """Whether an outage overlaps the roll-call's window."""
        return any(
            o.start < roll_call.closes_at and o.end > roll_call.opens_at for o in self._known
        )
