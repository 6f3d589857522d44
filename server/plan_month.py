"""Days to come: which plans call whom and when, and where they want the same people at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from roll_call.call_list import Exclusion
from roll_call.overlaps import Overlap, Span, overlaps
from roll_call.policy import Policy
from roll_call.schedule import RollCallPlan, Window, occurrences
from server.calendar import CenterCalendar
from server.called import Listed, Register, listed_on
from server.planning import band_of


@dataclass(frozen=True, slots=True)
class Rules:
    """The center's zone, its calendar and its policy."""

    zone: ZoneInfo
    calendar: CenterCalendar
    policy: Policy


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan on a day to come; ``window`` is the whole band where the moment is drawn."""

    plan: RollCallPlan
    window: Window
    listed: Listed

    @property
    def called(self) -> int:
        """How many are called, of those who are listed."""
        return self.plan.sample.size(len(self.listed.subjects))


def weeks_of(month: date) -> tuple[date, ...]:
    """Monday of the month's first week to Sunday of its last."""
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    start = first - timedelta(days=first.weekday())
    count = (last - start).days + 7 - last.weekday()
    return tuple(start + timedelta(days=n) for n in range(count))


class Outlook:
    """What plans will do; who is listed is worked out once for all days that are alike."""

    def __init__(self, register: Register, rules: Rules) -> None:
        self._register = register
        self._rules = rules
        self._listed: dict[tuple[str, tuple[Exclusion, ...]], Listed] = {}

    def planned_on(
        self, plans: Iterable[RollCallPlan], day: date, after: datetime
    ) -> list[Planned]:
        """What is planned on a local day and not over at ``after``, earliest first."""
        found = []
        for plan in plans:
            rules = self._rules
            kind = rules.calendar.day_kind(day)
            windows = occurrences(plan, day, kind, rules.zone.key, rules.policy)
            if not windows:
                continue
            band = band_of(plan, day, rules.zone)
            window = band if plan.random_window_minutes else windows[0]
            if window.closes_at > after:
                found.append(Planned(plan, window, self._listed_on(plan, day)))
        return sorted(found, key=lambda each: (each.window.opens_at, each.plan.title))

    def _listed_on(self, plan: RollCallPlan, day: date) -> Listed:
        call_list = self._register.lists.get(plan.call_list_id or "")
        rules = (*plan.exclusions, *(call_list.exclusions if call_list else ()))
        key = plan.id, tuple(x for x in rules if x.holds_on(day))
        if key not in self._listed:
            self._listed[key] = listed_on(self._register, plan, day)
        return self._listed[key]


def overlaps_of(planned: Sequence[Planned]) -> tuple[Overlap, ...]:
    """Where the plans of one day want the same people at once."""
    return overlaps(
        [
            Span(
                each.plan.id,
                each.window,
                frozenset(each.listed.subjects),
                bool(each.plan.random_window_minutes) or each.plan.sample.draws,
            )
            for each in planned
        ]
    )
