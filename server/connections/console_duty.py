"""What a console hears of duty terminals and daily figures: of its officer's units only."""

from collections.abc import Iterable

from roll_call.people import Officer
from server import terminal_messages as t
from server.access import Verb, allowed, of_units
from server.bus import BusEvent, FiguresChanged, TerminalChanged
from server.duty.terminal_views import terminal_view
from server.message_base import Message
from server.services import Services


def duty_messages(
    services: Services, officer: Officer, events: Iterable[BusEvent]
) -> list[Message]:
    """One message for all terminals that changed, one for each unit's figures."""
    events = list(events)
    terminals = {e.unit_id for e in events if isinstance(e, TerminalChanged)}
    figures = {(e.unit_id, e.day): e for e in events if isinstance(e, FiguresChanged)}
    messages: list[Message] = []
    views = [
        terminal_view(state, services.directory)
        for unit_id in sorted(terminals)
        if _may(services, officer, Verb.VIEW_TERMINALS, unit_id)
        and (state := services.terminals.of(unit_id)) is not None
    ]
    if views:
        messages.append(t.TerminalsChanged(terminals=views))
    messages += [
        t.FiguresChanged(
            unit_id=event.unit_id, day=event.day.isoformat(), status=event.status.value
        )
        for event in figures.values()
        if _may(services, officer, Verb.VIEW_FIGURES, event.unit_id)
    ]
    return messages


def _may(services: Services, officer: Officer, verb: Verb, unit_id: str) -> bool:
    return allowed(officer, verb, of_units([unit_id]), services.directory.tree)
