"""Whoever is in charge learns that a table went out; the table itself is kept already."""

from roll_call.effects import SendReport
from roll_call.notices import Audience, Notice
from server.bus import EventBus, Told


def tell_report(bus: EventBus, effect: SendReport) -> None:
    """Runs SendReport outside of the unit of work that kept the table."""
    bus.publish(Told(Audience.OFFICERS, effect.roll_call_id, Notice.REPORT_OUT))
