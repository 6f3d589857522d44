"""An event loop in a thread: Playwright's synchronous driver occupies the main one."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Value = TypeVar("Value")
PATIENCE_S = 120.0


class Background:
    """Runs coroutines from synchronous tests, one loop for the whole test session."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="background")
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """The coroutine's result; raises what it raises, TimeoutError after two minutes."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def close(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
