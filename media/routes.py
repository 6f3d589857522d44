"""Which publisher each viewer's section is to show, also before either of them is ready."""

import time

from media.forwarder import Forwarder
from media.peer import Peer


class Routes:
    """The wanted routes, and their binding to what exists."""

    def __init__(self, peers: dict[str, Peer]) -> None:
        self._peers = peers
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

    def slot_ready(self, viewer: Peer, slot: Forwarder) -> None:
        """Bind a section that has just been negotiated, if something is wanted there."""
        self._bind(slot, self._wanted.get((viewer.name, slot.mid)))

    def source_ready(self, source: Peer) -> None:
        """Bind everybody who waits for a publisher that has just become able to send."""
        for (viewer, mid), wanted in self._wanted.items():
            peer = self._peers.get(viewer)
            if wanted == source.name and peer is not None and mid in peer.slots:
                self._bind(peer.slots[mid], wanted)

    def forget(self, peer: Peer) -> None:
        """End all routes from and to a peer that is gone."""
        for viewer, mid in [
            key for key, source in self._wanted.items() if peer.name in (key[0], source)
        ]:
            self.set(viewer, mid, None)

    def _bind(self, slot: Forwarder, source: str | None) -> None:
        peer = self._peers.get(source) if source is not None else None
        now = time.monotonic()
        if peer is None:
            slot.bind(None, lambda: None, now)
        else:
            publisher = peer.publisher
            slot.bind(publisher.track(slot.kind), publisher.clock_offset_s, now)
