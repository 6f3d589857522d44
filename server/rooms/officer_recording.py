"""While an officer talks with somebody, the officer's side is recorded beside the entry."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from server.logs import logger

log = logger("rooms")


class SideRecorder(Protocol):
    """Records a further connection of a session; see ``server.check_in.capture``."""

    async def start_beside(
        self, session_id: str, entry_id: str, peer: str, role: str = "officer"
    ) -> str | None:
        """Returns the recording, None if there is none."""

    def continue_beside(self, recording_id: str, peer: str) -> None:
        """Go on from another connection."""

    def stop_beside(self, recording_id: str) -> None:
        """Complete it."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation: the console's side of a session."""

    console: str
    session_id: str
    entry_id: str


class OfficerRecordings:
    """One recording a talk, also through a new connection of the officer's."""

    def __init__(self, recorder: SideRecorder) -> None:
        self._recorder = recorder
        self._peers: dict[Talk, str] = {}
        self._running: dict[Talk, tuple[str, str]] = {}
        self._work: asyncio.Task[None] | None = None

    def follow(self, talks: dict[Talk, str]) -> None:
        """``talks`` are all that go on now, with the officer's publishing peer."""
        if talks == self._peers:
            return
        self._peers = dict(talks)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._catch_up(), name="officer recordings")

    async def stop(self) -> None:
        """Complete all."""
        self._peers = {}
        if self._work is not None:
            await asyncio.gather(self._work, return_exceptions=True)
        self._stop_others({})

    async def _catch_up(self) -> None:
        """Start, continue and stop until what runs is what is wanted."""
        tried: dict[Talk, str] = {}
        while True:
            wanted = dict(self._peers)
            self._stop_others(wanted)
            behind = {
                talk: peer
                for talk, peer in wanted.items()
                if tried.get(talk) != peer and self._running.get(talk, ("", ""))[1] != peer
            }
            if not behind:
                return
            for talk, peer in behind.items():
                tried[talk] = peer
                await self._record(talk, peer)

    async def _record(self, talk: Talk, peer: str) -> None:
        known = self._running.get(talk)
        if known is not None:
            self._recorder.continue_beside(known[0], peer)
            self._running[talk] = (known[0], peer)
            return
        try:
            recording = await self._recorder.start_beside(talk.session_id, talk.entry_id, peer)
        except Exception:
            log.exception("officer_not_recorded", session=talk.session_id)
            return
        if recording is not None:
            self._running[talk] = (recording, peer)

    def _stop_others(self, wanted: dict[Talk, str]) -> None:
        for talk in [talk for talk in self._running if talk not in wanted]:
            self._recorder.stop_beside(self._running.pop(talk)[0])
