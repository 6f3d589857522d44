"""A media process's links to the others: what it carries to them, and what it has from them."""

import socket
import time
from collections.abc import Callable

from media.processes.carried import CarriedTrack
from media.processes.link import Link, Word
from media.processes.piped import PipedPublisher, PipedTrack
from media.rtp import RtpPacket
from media.track_source import PublishedTracks

_KINDS = ("audio", "video")


class Exchange:
    """``Neighbours`` of an engine. ``on_change`` is called with each publisher that came or went,
    ``on_link_lost`` with process and serial number of a link that broke.

    The main process says what is carried where (``carry``) and what may come from where
    (``expect``); what another process offers beyond that is not listened to.
    """

    def __init__(
        self, on_change: Callable[[str], None], on_link_lost: Callable[[int, int], None]
    ) -> None:
        self._on_change = on_change
        self._on_link_lost = on_link_lost
        self._sides: dict[int, _Side] = {}
        self._own: dict[str, PublishedTracks] = {}
        self._carried: dict[str, set[int]] = {}
        self._expected: dict[str, int] = {}

    def publisher(self, name: str) -> PublishedTracks | None:
        """A publisher that lives in another process and is expected from there."""
        side = self._sides.get(self._expected.get(name, -1))
        return None if side is None else side.publishers.get(name)

    def opened(self, name: str, tracks: PublishedTracks) -> None:
        """A publisher of this process has one more track."""
        self._own[name] = tracks
        self._offer(name)

    def closed(self, name: str) -> None:
        """A peer of this process is gone."""
        if self._own.pop(name, None) is not None:
            for side in self._sides.values():
                side.withdraw(name)

    def carry(self, name: str, process: int, on: bool) -> None:
        """Let another process have a publisher's tracks, or no longer."""
        if on:
            self._carried.setdefault(name, set()).add(process)
            self._offer(name)
            return
        wanting = self._carried.get(name, set())
        wanting.discard(process)
        if not wanting:
            self._carried.pop(name, None)
        if process in self._sides:
            self._sides[process].withdraw(name)

    def expect(self, name: str, process: int, on: bool) -> None:
        """Listen to what another process has of a publisher, or no longer."""
        if on:
            self._expected[name] = process
        elif self._expected.get(name) == process:
            del self._expected[name]
        self._on_change(name)

    def add_link(self, process: int, serial: int, end: socket.socket) -> None:
        """A link to another process; a former one to the same number is over."""
        former = self._sides.pop(process, None)
        if former is not None:
            former.close()
            self._tell(former)
        side = self._sides[process] = _Side(process, serial, end, self._tell_one, self._lost)
        for name in self._own:
            if process in self._carried.get(name, ()):
                side.offer(name, self._own[name])

    def tick(self, now: float) -> None:
        """To be called about ten times a second."""
        for side in self._sides.values():
            side.tick(now)

    def close(self) -> None:
        """Close all links."""
        for side in self._sides.values():
            side.close()
        self._sides.clear()

    def _offer(self, name: str) -> None:
        if name in self._own:
            for process in self._carried.get(name, ()):
                if process in self._sides:
                    self._sides[process].offer(name, self._own[name])

    def _lost(self, side: "_Side") -> None:
        if self._sides.get(side.process) is side:
            del self._sides[side.process]
            self._on_link_lost(side.process, side.serial)
        self._tell(side)

    def _tell(self, side: "_Side") -> None:
        for name in side.publishers:
            self._tell_one(side, name)

    def _tell_one(self, side: "_Side", name: str) -> None:
        if self._expected.get(name) == side.process:
            self._on_change(name)


class _Side:
    """One link with the tracks on it, in both directions."""

    def __init__(
        self,
        process: int,
        serial: int,
        end: socket.socket,
        on_change: Callable[["_Side", str], None],
        on_lost: Callable[["_Side"], None],
    ) -> None:
        self.process = process
        self.serial = serial
        self.publishers: dict[str, PipedPublisher] = {}
        self._on_change = on_change
        self._on_lost = on_lost
        self._incoming: dict[int, tuple[str, PipedTrack]] = {}
        self._outgoing: dict[int, CarriedTrack] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._next_number = 0
        self._link = Link(process, end, self)

    def offer(self, name: str, publisher: PublishedTracks) -> None:
        """Announce the tracks that have not been announced yet."""
        for kind in _KINDS:
            if (name, kind) not in self._numbers and publisher.track(kind) is not None:
                number = self._free_number()
                self._numbers[name, kind] = number
                self._outgoing[number] = CarriedTrack(self._link, number, name, kind, publisher)

    def withdraw(self, name: str) -> None:
        """Announce that a publisher's tracks are over."""
        for kind in _KINDS:
            number = self._numbers.pop((name, kind), None)
            if number is not None:
                self._outgoing.pop(number).end(time.monotonic())

    def tick(self, now: float) -> None:
        """Do what time asks for."""
        for track in self._outgoing.values():
            track.tick(now)

    def close(self) -> None:
        """Stop sending and listening."""
        self._link.close()
        for track in self._outgoing.values():
            track.abandon(time.monotonic())

    def packet(self, link: Link, track: int, codec: int, packet: RtpPacket, now: float) -> None:
        """From the link; a track that has just ended may still have packets on their way."""
        known = self._incoming.get(track)
        if known is not None:
            known[1].deliver(codec, packet, now)

    def word(self, link: Link, word: Word) -> None:
        """From the link."""
        number, now = int(word["track"]), time.monotonic()
        match word["op"]:
            case "track":
                self._announced(number, str(word["peer"]), str(word["kind"]))
            case "gone":
                self._ended(number)
            case "want" | "leave" if number in self._outgoing:
                self._outgoing[number].want(word["op"] == "want", now)
            case "keyframe" if number in self._outgoing:
                self._outgoing[number].request_keyframe(now)
            case _ if number in self._incoming:
                self._incoming[number][1].told(word)

    def refused(self, link: Link) -> None:
        """From the link: the other side is too slow."""
        now = time.monotonic()
        for track in self._outgoing.values():
            track.refused(now)

    def lost(self, link: Link) -> None:
        """From the link: the other process is gone."""
        self.close()
        self._on_lost(self)

    def _free_number(self) -> int:
        while True:
            self._next_number = (self._next_number + 1) & 0xFFFF
            if self._next_number not in self._outgoing:
                return self._next_number

    def _announced(self, number: int, name: str, kind: str) -> None:
        if kind not in _KINDS or number in self._incoming:
            raise ValueError("no such track")
        track = PipedTrack(self._link, number, kind)
        self._incoming[number] = (name, track)
        self.publishers.setdefault(name, PipedPublisher()).add(track)
        self._on_change(self, name)

    def _ended(self, number: int) -> None:
        name, track = self._incoming.pop(number)
        if self.publishers[name].remove(track):
            del self.publishers[name]
        self._on_change(self, name)
