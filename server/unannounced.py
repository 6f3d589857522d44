"""Spot checks (抽查) are nobody's to know before they open: when they come, and who was drawn."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from roll_call.call import RollCall, RollCallState
from roll_call.call_origin import CallOrigin
from roll_call.ports.store import Records


def unannounced(records: Records, roll_calls: Iterable[RollCall]) -> dict[str, CallOrigin]:
    """Those of the roll-calls whose time has not come and that chance has a part in."""
    waiting = [each.id for each in roll_calls if each.state is RollCallState.SCHEDULED]
    origins = records.call_lists.origins(waiting) if waiting else {}
    return {key: origin for key, origin in origins.items() if origin.unannounced}


def told_in_order(
    roll_calls: Iterable[RollCall], secrets: Mapping[str, CallOrigin]
) -> list[RollCall]:
    """By the opening that is told: the order must not give the drawn moment away."""

    def told(roll_call: RollCall) -> tuple[datetime, str]:
        secret = secrets.get(roll_call.id)
        band_from = secret.band_from if secret else None
        return band_from or roll_call.opens_at, roll_call.id

    return sorted(roll_calls, key=told)
