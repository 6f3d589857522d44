"""Contract: the duty roster, its substitutions, hand-over logs and own dates come back as given."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from roll_call import hand_over
from roll_call.errors import Conflict, NotFound, RollCallError
from roll_call.hand_over import HandOver, HandOverItem
from roll_call.own_calendar import OwnDay, OwnYear
from roll_call.planned_shift import PlannedShift
from roll_call.ports.store import Store
from roll_call.rotation import RotationCycle, RotationRule
from roll_call.schedule import DayKind
from roll_call.substitution import Substitution, SubstitutionState
from storage.audit import verify
from storage.sqlite import DATABASE_NAME
from tests.storage.cast import NINE, change

HOUR = timedelta(hours=1)
RULE = RotationRule(
    "rule",
    "east",
    "夜班",
    (("qian", "zhao"), ("zhao",)),
    RotationCycle.DAY,
    time(18, 0),
    time(8, 30),
    frozenset({DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY}),
    date(2026, 11, 2),
)
A = PlannedShift("a", "east", "qian", NINE, NINE + 8 * HOUR)
B = PlannedShift("b", "east", "zhao", NINE, NINE + 8 * HOUR, rank=1, rule_id="rule", by_hand=False)
LEADER = PlannedShift("l", "center", "zhao", NINE - HOUR, NINE + 20 * HOUR, leader=True)
WISH = Substitution("w", "east", "a", "qian", "zhao", "qian", NINE, "家中有事")
APPROVED = replace(WISH, state=SubstitutionState.APPROVED, decided_by="zhao", decided_at=NINE)


@pytest.fixture
async def rostered(store: Store) -> Store:
    """The store with a rule and three shifts."""
    await store.write(lambda tx: tx.roster.add_rule(RULE, change()))
    for shift in (A, B, LEADER):
        await store.write(lambda tx, shift=shift: tx.roster.add_shift(shift, change()))
    return store


async def test_the_roster_comes_back_as_it_was_written(rostered: Store) -> None:
    assert await rostered.read(lambda r: r.roster.rules()) == (RULE,)
    assert await rostered.read(lambda r: r.roster.planned("b")) == B
    assert await rostered.read(lambda r: r.roster.planned_by("rule")) == (B,)
    east = frozenset({"east"})
    found = await rostered.read(lambda r: r.roster.planned_between(NINE, NINE + HOUR, east))
    assert found == (A, B)
    with pytest.raises(NotFound):
        await rostered.read(lambda r: r.roster.planned("nobody's"))


@pytest.mark.parametrize(
    ("hours", "ids"), [(-1.5, ()), (-1, ("l",)), (0, ("l", "a", "b")), (8, ("l",)), (20, ())]
)
async def test_a_shift_is_on_from_its_start_and_before_its_end(
    rostered: Store, hours: float, ids: tuple[str, ...]
) -> None:
    start = NINE + hours * HOUR
    end = start + timedelta(minutes=15)
    found = await rostered.read(lambda r: r.roster.shifts_between(start, end))
    assert tuple(shift.id for shift in found) == ids


async def test_only_an_approved_substitute_stands_the_shift(rostered: Store) -> None:
    async def standing() -> list[tuple[str, str | None]]:
        end = NINE + HOUR
        shifts = await rostered.read(
            lambda r: r.roster.shifts_between(NINE, end, frozenset({"east"}))
        )
        return [(shift.officer_id, shift.substitute_for) for shift in shifts]

    written = [("qian", None), ("zhao", None)]
    await rostered.write(lambda tx: tx.roster.add_substitution(WISH, change("asked")))
    assert await standing() == written
    save = lambda new, old: rostered.write(  # noqa: E731
        lambda tx: tx.roster.save_substitution(new, old, change(new.state.value))
    )
    await save(APPROVED, WISH)
    assert await standing() == [("zhao", "qian"), ("zhao", None)]
    assert await rostered.read(lambda r: r.roster.planned("a")) == A
    await save(replace(APPROVED, state=SubstitutionState.WITHDRAWN), APPROVED)
    assert await standing() == written


async def test_an_exchange_changes_both_shifts(rostered: Store) -> None:
    swap = replace(APPROVED, in_return_id="b")
    await rostered.write(lambda tx: tx.roster.add_substitution(swap, change("asked")))
    shifts = await rostered.read(lambda r: r.roster.shifts_between(NINE, NINE + HOUR))
    assert {s.id: s.officer_id for s in shifts} == {"l": "zhao", "a": "zhao", "b": "qian"}
    assert await rostered.read(lambda r: r.roster.substitutions_of(["b"])) == (swap,)


async def test_a_shift_has_one_substitution_at_a_time(rostered: Store) -> None:
    await rostered.write(lambda tx: tx.roster.add_substitution(WISH, change("asked")))
    twin = replace(WISH, id="w2")
    with pytest.raises(Conflict, match="shift_held"):
        await rostered.write(lambda tx: tx.roster.add_substitution(twin, change("asked")))
    refused = replace(APPROVED, state=SubstitutionState.REFUSED)
    await rostered.write(lambda tx: tx.roster.save_substitution(refused, WISH, change("refused")))
    await rostered.write(lambda tx: tx.roster.add_substitution(twin, change("asked")))
    with pytest.raises(Conflict):
        late = replace(APPROVED, id="w")
        await rostered.write(lambda tx: tx.roster.save_substitution(late, WISH, change()))
    asked = await rostered.read(lambda r: r.roster.substitutions([SubstitutionState.ASKED]))
    assert asked == (twin,)


async def test_the_schema_refuses_who_approves_their_own(rostered: Store, data_dir: Path) -> None:
    await rostered.write(lambda tx: tx.roster.add_substitution(WISH, change("asked")))
    await rostered.close()
    with (
        closing(sqlite3.connect(data_dir / DATABASE_NAME)) as raw,
        pytest.raises(sqlite3.IntegrityError, match="approved_by_another"),
    ):
        raw.execute("UPDATE substitutions SET state = 'approved', decided_by = asked_by")


async def test_a_unit_has_one_open_log_and_a_taken_one_is_final(store: Store) -> None:
    item = HandOverItem("i", "东街设备待修", NINE, "qian")
    first = HandOver("h", "east", NINE, (item,), "平稳")
    await store.write(lambda tx: tx.hand_overs.add_hand_over(first, change("begun")))
    with pytest.raises(Conflict, match="hand_over_open"):
        twin = replace(first, id="h2")
        await store.write(lambda tx: tx.hand_overs.add_hand_over(twin, change("begun")))
    given = hand_over.give(first, "qian", "zhao", NINE + HOUR)
    taken = hand_over.take(given, "zhao", NINE + HOUR)
    for old, new in ((first, given), (given, taken)):
        await store.write(
            lambda tx, old=old, new=new: tx.hand_overs.save_hand_over(new, old, change())
        )
    second = hand_over.begin("h2", "east", NINE + HOUR, taken)
    await store.write(lambda tx: tx.hand_overs.add_hand_over(second, change("begun")))
    assert await store.read(lambda r: r.hand_overs.hand_overs("east", 9)) == (second, taken)
    with pytest.raises(RollCallError):
        changed = replace(taken, note="anders")
        await store.write(lambda tx: tx.hand_overs.save_hand_over(changed, taken, change()))


async def test_the_centers_dates_are_replaced_year_by_year(store: Store) -> None:
    day = OwnDay(date(2027, 2, 6), DayKind.HOLIDAY, "春节")
    for year in (OwnYear(2027), OwnYear(2027, (day,), complete=True), OwnYear(2026)):
        await store.write(lambda tx, year=year: tx.calendar.save_year(year, change("saved")))
    years = await store.read(lambda r: r.calendar.years())
    assert years == (OwnYear(2026), OwnYear(2027, (day,), complete=True))


async def test_all_of_it_agrees_with_the_log(rostered: Store, data_dir: Path) -> None:
    await rostered.write(lambda tx: tx.roster.add_substitution(WISH, change("asked")))
    await rostered.write(lambda tx: tx.roster.save_shift(replace(B, removed=True), change()))
    await rostered.write(lambda tx: tx.calendar.save_year(OwnYear(2027), change("saved")))
    log = HandOver("h", "east", NINE, (HandOverItem("i", "x", NINE, "qian"),))
    await rostered.write(lambda tx: tx.hand_overs.add_hand_over(log, change("begun")))
    await rostered.close()
    assert verify(data_dir).findings == ()
    with closing(sqlite3.connect(data_dir / DATABASE_NAME)) as raw:
        raw.execute("UPDATE duty_shifts SET officer_id = 'zhao' WHERE id = 'a'")
        raw.commit()
    assert len(verify(data_dir).findings) == 1
