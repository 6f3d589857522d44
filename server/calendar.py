"""The Chinese calendar of statutory holidays and make-up workdays, read into the domain's values.

``chinese-calendar`` knows the years that the State Council has published; beyond its last year the
weekday decides, and ``known`` says so.
"""

from datetime import date

import chinese_calendar
from chinese_calendar import constants

from roll_call.schedule import DayKind

LAST_KNOWN_YEAR: int = max(day.year for day in constants.holidays)


def known(day: date) -> bool:
    """Whether the published calendar covers this day."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def day_kind(day: date) -> DayKind:
    """Workday, weekend, holiday or make-up workday; by weekday alone where the year is unknown."""
    weekend = day.isoweekday() >= 6
    if not known(day):
        return DayKind.WEEKEND if weekend else DayKind.WORKDAY
    if chinese_calendar.is_workday(day):
        return DayKind.MAKEUP_WORKDAY if weekend else DayKind.WORKDAY
    _, name = chinese_calendar.get_holiday_detail(day)
    return DayKind.HOLIDAY if name or not weekend else DayKind.WEEKEND
