"""Structured logs: one JSON object a line on stderr; ids only, never secrets or personal data."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger

_SECRET_KEYS = frozenset(
    {"password", "token", "cookie", "code", "signature", "sdp", "name", "phone", "username"}
)


def _drop_secrets(_: Any, __: str, event: EventDict) -> EventDict:
    """A last net: keys that could carry a secret or a name are never written."""
    return {k: v for k, v in event.items() if k not in _SECRET_KEYS}


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
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format='{"level":"%(levelname)s","logger":"%(name)s","event":"library"}',
    )


def logger(area: str) -> FilteringBoundLogger:
    """A logger bound to an area of the server."""
    bound: FilteringBoundLogger = structlog.get_logger(area=area)
    return bound
