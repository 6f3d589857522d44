"""How a media process logs: one JSON object a line on standard error, as the main process does."""

import json
import logging


class OneLine(logging.Formatter):
    """Our own words carry ids only; what a library says may quote an address, so it is left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Called by logging."""
        ours = record.name.partition(".")[0] == "media"
        line = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "event": record.getMessage() if ours else "library",
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
