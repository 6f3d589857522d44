"""Moments on the wire: ISO 8601 with milliseconds and ``Z``."""

from datetime import UTC, date, datetime, time, timedelta
from typing import overload
from zoneinfo import ZoneInfo

from roll_call.errors import InvalidInput


@overload
def wire(at: datetime) -> str: ...
@overload
def wire(at: None) -> None: ...
@overload
def wire(at: datetime | None) -> str | None: ...
def wire(at: datetime | None) -> str | None:
    """``2026-11-21T01:00:00.000Z``."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_day(text: str | None, now: datetime, zone: ZoneInfo) -> date:
    """A day written YYYY-MM-DD, or today in the center's zone; raises InvalidInput(bad_time)."""
    if not text:
        return now.astimezone(zone).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("bad_time") from error


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a local day and of the next; raises InvalidInput(bad_time)."""
    try:
        start = datetime.combine(day, time.min, zone)
        end = datetime.combine(day + timedelta(days=1), time.min, zone)
        return start.astimezone(UTC), end.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput("bad_time") from error
