"""How well every live session is connected: kept while it lives, put on record when it ends."""

import asyncio
from dataclasses import asdict

from roll_call.ports.media import MediaFlowing, MediaStalled, PeerClosed, PeerQuality
from roll_call.ports.records import Change, ConnectionRecord
from roll_call.ports.store import Store
from roll_call.quality import ConnectionTally, Grade, NetworkFault
from server.auth.tokens import new_id
from server.bus import EventBus, QualityChanged
from server.clock import Clock
from server.messages import SessionQuality

PERIOD_S = 2.0

Heard = MediaFlowing | MediaStalled | PeerClosed | PeerQuality


class QualityLedger:
    """Events of publishers named ``<session>-<n>`` go in; figures, blame and records come out.

    ``faults`` may be asked from any thread, for the store's writer is one.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._tallies: dict[str, ConnectionTally] = {}
        self._latest: dict[str, SessionQuality] = {}
        self._grades: dict[str, Grade] = {}
        self._news: set[str] = set()

    def opened(self, session_id: str) -> None:
        """A session begins, or goes on after a restart of the server."""
        self._tallies.setdefault(session_id, ConnectionTally())

    def hear(self, event: Heard) -> None:
        """From the engine; what is not about an open session's publisher is left aside."""
        session_id = event.peer.rpartition("-")[0]
        tally = self._tallies.get(session_id)
        if tally is None:
            return
        now_s = self._clock.monotonic()
        match event:
            case PeerQuality():
                self._report(session_id, tally, event)
            case MediaFlowing():
                tally.flowing(now_s)
            case MediaStalled():
                tally.interrupted(now_s, event.silence_s)
            case PeerClosed() if event.reason != "closed":
                tally.interrupted(now_s)

    def faults(self, session_id: str | None) -> tuple[NetworkFault, ...]:
        """Why the network is to blame for this session's having no result; empty: it is not."""
        tally = self._tallies.get(session_id or "")
        return tally.faults(self._clock.monotonic()) if tally is not None else ()

    def of(self, session_id: str) -> SessionQuality | None:
        """The newest figures."""
        return self._latest.get(session_id)

    def grades(self) -> dict[Grade, int]:
        """How many live sessions stand at each grade."""
        counted = dict.fromkeys(Grade, 0)
        for found in self._grades.values():
            counted[found] += 1
        return counted

    def news(self) -> frozenset[str]:
        """The sessions whose figures are new since this was last asked."""
        news, self._news = frozenset(self._news), set()
        return news

    async def closed(self, session_id: str, entry_id: str) -> None:
        """The session is over, or the server stops: what was seen goes on record."""
        tally = self._tallies.pop(session_id, None)
        self._latest.pop(session_id, None)
        self._grades.pop(session_id, None)
        self._news.discard(session_id)
        if tally is None or not (sum(tally.seconds.values()) or tally.interruptions):
            return
        now, now_s = self._clock.now(), self._clock.monotonic()
        record = ConnectionRecord(
            id=new_id(),
            session_id=session_id,
            entry_id=entry_id,
            at=now,
            faults=tuple(fault.value for fault in tally.faults(now_s)),
            evidence=asdict(tally.summary(now_s)),
        )
        change = Change("measured", "system", now, {"faults": list(record.faults)})
        await self._store.write(lambda t: t.evidence.add_connection(record, change))

    def _report(self, session_id: str, tally: ConnectionTally, quality: PeerQuality) -> None:
        found = tally.report(quality)
        self._grades[session_id] = found
        self._latest[session_id] = _figures(session_id, found, quality)
        self._news.add(session_id)


def _figures(session_id: str, found: Grade, quality: PeerQuality) -> SessionQuality:
    video, audio = quality.video, quality.audio
    worst = max((t.loss for t in (video, audio) if t is not None), default=0.0)
    return SessionQuality(
        session_id=session_id,
        grade=found.value,
        round_trip_ms=None if quality.round_trip_ms is None else round(quality.round_trip_ms, 1),
        loss=round(worst, 4),
        jitter_ms=round(video.jitter_ms if video else audio.jitter_ms if audio else 0.0, 1),
        bitrate_bps=sum(t.bitrate_bps for t in (video, audio) if t is not None),
        frames_per_s=round(video.frames_per_s, 1) if video else 0.0,
        width=video.width if video else 0,
        height=video.height if video else 0,
        freezes=video.freezes if video else 0,
        freeze_s=round(video.freeze_s, 2) if video else 0.0,
    )


async def feed_quality(ledger: QualityLedger, bus: EventBus) -> None:
    """Tell the bus every ``PERIOD_S`` whose figures are new, until cancelled."""
    while True:
        await asyncio.sleep(PERIOD_S)
        if news := ledger.news():
            bus.publish(QualityChanged(news))
