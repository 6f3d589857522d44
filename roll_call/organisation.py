"""Rules of the organisation (组织机构): how units may move, and who must remain in charge."""

from collections.abc import Iterable
from dataclasses import replace

from roll_call.errors import Conflict, InvalidInput
from roll_call.people import Officer, Role, Unit, UnitKind, UnitTree


def changed_unit(
    tree: UnitTree, unit: Unit, *, name: str, kind: UnitKind, parent_id: str | None, phone: str
) -> Unit:
    """The unit with new values, where the tree stays a tree.

    Raises InvalidInput: unknown_unit (no such parent), unit_cycle (below itself), root_stays (the
    center has nothing above it, and nothing else stands beside it).
    """
    if (unit.parent_id is None) != (parent_id is None):
        raise InvalidInput("root_stays")
    if parent_id is not None:
        if parent_id not in tree:
            raise InvalidInput("unknown_unit")
        if tree.within(parent_id, unit.id):
            raise InvalidInput("unit_cycle")
    return replace(unit, name=name, kind=kind, parent_id=parent_id, phone=phone)


def check_someone_in_charge(officers: Iterable[Officer], root_id: str | None) -> None:
    """Raise Conflict(last_administrator) unless an active administrator of the center remains."""
    for officer in officers:
        if officer.active and officer.role is Role.ADMINISTRATOR and officer.unit_id == root_id:
            return
    raise Conflict("last_administrator")


def must_sign_in_again(old: Officer, new: Officer) -> bool:
    """Whether what the officer may do has changed, so that no open sign-in may go on."""
    return (old.active, old.role, old.unit_id, old.username) != (
        new.active,
        new.role,
        new.unit_id,
        new.username,
    )
