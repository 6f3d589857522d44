"""The media engine's events, to whoever wants to know of them."""

from collections.abc import Callable
from typing import Any, TypeVar

from roll_call.ports.media import MediaEvent
from server.logs import logger

E_T = TypeVar("E_T", bound=MediaEvent)

log = logger("media_events")


class MediaEvents:
    """Calls every handler of an event's kind, in the order in which they came; on the event loop.

    A handler that raises is logged, and keeps nothing from the others.
    """

    def __init__(self) -> None:
        self._of_kind: dict[type, list[Callable[[Any], None]]] = {}
        self._of_all: list[Callable[[MediaEvent], None]] = []

    def on(self, kind: type[E_T], handler: Callable[[E_T], None]) -> None:
        """Call ``handler`` with every event of this kind."""
        self._of_kind.setdefault(kind, []).append(handler)

    def on_all(self, handler: Callable[[MediaEvent], None]) -> None:
        """Call ``handler`` with every event, before those that are choosy."""
        self._of_all.append(handler)

    def __call__(self, event: MediaEvent) -> None:
        """To be given to ``MediaEngine.start``."""
        for handler in (*self._of_all, *self._of_kind.get(type(event), ())):
            try:
                handler(event)
            except Exception:
                log.exception("media_event_failed", kind=type(event).__name__)
