"""Spot checks (抽查) are nobody's to know before they open: when they come, and who was drawn."""

from collections.abc import Iterable

from roll_call.call import RollCall, RollCallState
from roll_call.call_origin import CallOrigin
from roll_call.ports.store import Records


def unannounced(records: Records, roll_calls: Iterable[RollCall]) -> dict[str, CallOrigin]:
    """Those of the roll-calls whose time has not come and that chance has a part in."""
    waiting = [each.id for each in roll_calls if each.state is RollCallState.SCHEDULED]
    origins = records.call_lists.origins(waiting) if waiting else {}
    return {key: origin for key, origin in origins.items() if origin.unannounced}
