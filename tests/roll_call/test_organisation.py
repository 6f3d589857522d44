"""Units move as the tree allows; somebody stays in charge; sign-ins end when rights change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.errors import Conflict, InvalidInput
from roll_call.organisation import changed_unit, check_someone_in_charge, must_sign_in_again
from roll_call.people import Officer, Role, Unit, UnitKind, UnitTree

ROOT = Unit("root", "Center", UnitKind.COMMAND_CENTER, None)
BOSS = Officer("boss", "root", "Boss", "boss", Role.ADMINISTRATOR)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Unit, ...]:
    """A tree of up to a dozen units, each below an earlier one."""
    units = [ROOT]
    for n in range(draw(st.integers(1, 11))):
        parent = draw(st.sampled_from(units))
        units.append(Unit(f"u{n}", f"U{n}", UnitKind.COUNTY_BUREAU, parent.id))
    return tuple(units)


@given(trees(), st.data())
def test_no_move_makes_a_cycle_or_a_second_root(
    units: tuple[Unit, ...], data: st.DataObject
) -> None:
    tree = UnitTree(units)
    unit = data.draw(st.sampled_from(units))
    parent = data.draw(st.sampled_from([None, "nowhere", *(u.id for u in units)]))
    try:
        new = changed_unit(tree, unit, name="N", kind=unit.kind, parent_id=parent, phone="")
    except InvalidInput as error:
        assert error.code in {"root_stays", "unknown_unit", "unit_cycle"}
        return
    after = UnitTree(new if u.id == unit.id else u for u in units)
    assert [u.id for u in units if after[u.id].parent_id is None] == ["root"]
    assert all(after.within(u.id, "root") for u in units)


@pytest.mark.parametrize(
    "changed",
    [
        replace(BOSS, active=False),
        replace(BOSS, role=Role.DUTY_OFFICER),
        replace(BOSS, unit_id="east"),
    ],
)
def test_an_administrator_of_the_center_remains(changed: Officer) -> None:
    with pytest.raises(Conflict, match="last_administrator"):
        check_someone_in_charge([changed], "root")
    check_someone_in_charge([changed, replace(BOSS, id="other")], "root")


def test_a_post_or_a_phone_ends_no_sign_in() -> None:
    assert not must_sign_in_again(BOSS, replace(BOSS, post="Head", phone="1", name="B"))
    assert must_sign_in_again(BOSS, replace(BOSS, active=False))
    assert must_sign_in_again(BOSS, replace(BOSS, unit_id="east"))
