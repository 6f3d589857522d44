"""Structured logs: one JSON object a line on stderr; ids only, never secrets or personal data."""

import json
import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger

_SECRET_KEYS = frozenset(
    {"password", "token", "cookie", "code", "signature", "sdp", "name", "phone", "username"}
)

_OUR_PACKAGES = frozenset({"server", "media", "storage", "roll_call"})


def _drop_secrets(_: Any, __: str, event: EventDict) -> EventDict:
    """A last net: keys that could carry a secret or a name are never written.

    ``code`` is one of them (set-up code): an error's code is logged as ``why``.
    """
    return {k: v for k, v in event.items() if k not in _SECRET_KEYS}


class _OneLine(logging.Formatter):
    """The standard library's records: our own packages' words, of foreign ones only that they came.

    Ours carry ids; what a library says may quote an address, a name or a message.
    """

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] in _OUR_PACKAGES
        line = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if ours else "library",
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False)


def configure_logs(level: str = "INFO") -> None:
    """Set up structlog and let the libraries' own warnings pass through the same door."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _drop_secrets,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def logger(area: str) -> FilteringBoundLogger:
    """A logger bound to an area of the server."""
    bound: FilteringBoundLogger = structlog.get_logger(area=area)
    return bound
