"""Instants as text: UTC, ISO 8601 with microseconds and ``Z``, one spelling for each instant."""

from datetime import UTC, datetime

from roll_call.errors import InvalidInput


def utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises InvalidInput(naive_time) where the zone is not stated."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise InvalidInput("naive_time")
    return at.astimezone(UTC)


def utc_text(at: datetime) -> str:
    """``2026-11-21T01:00:00.000000Z``; equal instants give equal text, so it may be hashed."""
    return utc(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """Read ISO 8601 with an offset or ``Z``; raises InvalidInput(bad_time) otherwise."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("bad_time") from error
    return utc(at)
