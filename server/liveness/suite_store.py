"""Results of a long suite, kept line by line so that it can go on after an interruption."""

import json
from pathlib import Path

from server.liveness.suite import Result


class Partial:
    """A file of JSON lines; None keeps nothing but what is in memory."""

    def __init__(self, path: Path | None) -> None:
        """Reads what is there; raises OSError and ValueError."""
        self._path = path
        self.results: list[Result] = []
        if path is not None and path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            self.results = [Result.from_json(json.loads(line)) for line in lines]

    def add(self, result: Result) -> None:
        """Keep one more."""
        self.results.append(result)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(result.as_json()) + "\n")
