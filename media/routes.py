"""Which publisher each viewer's section is to show, also before either of them is ready."""

import time
from collections.abc import Mapping

from media.forwarder import Forwarder
from media.participant import Participant
from media.track_source import Neighbours, PublishedTracks


class Routes:
    """The wanted routes, and their binding to what exists.

    A publisher is looked for here first, then among the neighbours.
    """

    def __init__(self, peers: Mapping[str, Participant], neighbours: Neighbours) -> None:
        self._peers = peers
        self._neighbours = neighbours
        self._wanted: dict[tuple[str, str], str] = {}

    def set(self, viewer: str, mid: str, source: str | None) -> None:
        """Route ``source`` to a viewer's section, or silence it."""
        if source is None:
            self._wanted.pop((viewer, mid), None)
        else:
            self._wanted[viewer, mid] = source
        peer = self._peers.get(viewer)
        slot = peer.slots.get(mid) if peer is not None else None
        if slot is not None:
            self._bind(slot, source)

    def slot_ready(self, viewer: Participant, slot: Forwarder) -> None:
        """Bind a section that has just been negotiated, if something is wanted there."""
        self._bind(slot, self._wanted.get((viewer.name, slot.mid)))

    def source_changed(self, source: str) -> None:
        """Bind anew everybody who wants a publisher whose tracks have come or gone."""
        for (viewer, mid), wanted in self._wanted.items():
            peer = self._peers.get(viewer)
            if wanted == source and peer is not None and mid in peer.slots:
                self._bind(peer.slots[mid], wanted)

    def forget(self, name: str) -> None:
        """End all routes from and to a peer that is gone."""
        for viewer, mid in [
            key for key, source in self._wanted.items() if name in (key[0], source)
        ]:
            self.set(viewer, mid, None)

    def _bind(self, slot: Forwarder, source: str | None) -> None:
        publisher = None if source is None else self._published(source)
        now = time.monotonic()
        if publisher is None:
            slot.bind(None, lambda: None, now)
        else:
            slot.bind(publisher.track(slot.kind), publisher.clock_offset_s, now)

    def _published(self, source: str) -> PublishedTracks | None:
        peer = self._peers.get(source)
        return peer.publisher if peer is not None else self._neighbours.publisher(source)
