"""Figures for Prometheus; no label ever holds an id, a name or an address of anybody."""

from collections import OrderedDict

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from roll_call.entry import EntryState
from roll_call.ports.media import (
    EngineLoad,
    MediaEvent,
    PeerClosed,
    PeerQuality,
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
)
from roll_call.quality import Grade
from server.bus import EntrySaved, EventBus

REMEMBERED_ENTRIES = 20_000
ROUND_TRIP_S = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.5, 3.0)
LOSS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
UNDER_WAY = frozenset(
    {EntryState.PENDING, EntryState.CALLING, EntryState.ARRIVED, EntryState.IN_SESSION}
)


class Metrics:
    """A registry of the server's own, so that several servers in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._gauges()
        self._counters()
        self._entries: OrderedDict[str, tuple[EntryState, str]] = OrderedDict()

    def _gauges(self) -> None:
        of = self.registry
        by_process = ("process",)
        self.loop_lag = Gauge(
            "rollcall_loop_lag_seconds", "Lag of the main event loop", ("quantile",), registry=of
        )
        self.sessions = Gauge(
            "rollcall_sessions",
            "Live sessions by quality of the connection",
            ("quality",),
            registry=of,
        )
        self.waiting = Gauge("rollcall_tickets_waiting", "Tickets in the queue", registry=of)
        self.sockets = Gauge("rollcall_websockets", "Open WebSockets", registry=of)
        self.cpu = Gauge("rollcall_media_cpu_cores", "Cores used", by_process, registry=of)
        self.lag = Gauge(
            "rollcall_media_loop_lag_seconds",
            "Lag (p99) of its event loop",
            by_process,
            registry=of,
        )
        self.rss = Gauge("rollcall_media_resident_bytes", "Memory", by_process, registry=of)
        self.peers = Gauge("rollcall_media_peers", "Peer connections", by_process, registry=of)

    def _counters(self) -> None:
        of = self.registry
        self.round_trip = Histogram(
            "rollcall_round_trip_seconds",
            "Of each report of a publisher",
            buckets=ROUND_TRIP_S,
            registry=of,
        )
        self.loss = Histogram(
            "rollcall_packet_loss_ratio",
            "Before repair, of each report",
            ("media",),
            buckets=LOSS,
            registry=of,
        )
        self.freezes = Counter("rollcall_freezes", "Freezes of received pictures", registry=of)
        self.recordings = Counter(
            "rollcall_recordings", "Recordings begun, finished, cut", ("outcome",), registry=of
        )
        self.check_ins = Counter(
            "rollcall_check_ins",
            "Entries by the state that they came to",
            ("state", "reason"),
            registry=of,
        )
        self.peers_closed = Counter(
            "rollcall_media_peers_closed", "Closed peers", ("reason",), registry=of
        )

    def hear(self, event: MediaEvent) -> None:
        """From the engine."""
        match event:
            case EngineLoad():
                self._load(event)
            case PeerQuality():
                self._quality(event)
            case RecordingStarted():
                self.recordings.labels("started").inc()
            case RecordingFinished():
                self.recordings.labels("finished").inc()
            case RecordingDegraded() | RecordingFailed():
                self.recordings.labels(event.code).inc()
            case PeerClosed():
                self.peers_closed.labels(event.reason).inc()
            case _:
                pass

    async def follow(self, bus: EventBus) -> None:
        """Count what the bus tells, until cancelled."""
        async for events in bus.subscribe():
            for event in events:
                if isinstance(event, EntrySaved):
                    self.saved(event)

    def saved(self, event: EntrySaved) -> None:
        """An entry came to a state; one that only was saved again counts once."""
        entry = event.entry
        reached = (entry.state, entry.reason.value if entry.reason else "")
        if entry.state in UNDER_WAY or self._entries.get(entry.id) == reached:
            return
        self._entries[entry.id] = reached
        if len(self._entries) > REMEMBERED_ENTRIES:
            self._entries.popitem(last=False)
        self.check_ins.labels(*(entry.state.value, reached[1])).inc()

    def graded(self, counts: dict[Grade, int]) -> None:
        """How many sessions stand at each grade now."""
        for grade, count in counts.items():
            self.sessions.labels(grade.value).set(count)

    def _load(self, load: EngineLoad) -> None:
        name = str(load.process)
        self.cpu.labels(name).set(load.cpu)
        self.lag.labels(name).set(load.lag_p99_ms / 1000)
        self.rss.labels(name).set(load.resident_mb * 1_000_000)
        self.peers.labels(name).set(load.peers)

    def _quality(self, quality: PeerQuality) -> None:
        if quality.round_trip_ms is not None:
            self.round_trip.observe(quality.round_trip_ms / 1000)
        for media, track in (("video", quality.video), ("audio", quality.audio)):
            if track is not None and track.packets:
                self.loss.labels(media).observe(track.loss)
        if quality.video is not None and quality.video.freezes:
            self.freezes.inc(quality.video.freezes)
