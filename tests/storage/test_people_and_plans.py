"""Contract: dossiers, offices, officers and plans come back as they were given."""

from dataclasses import replace
from datetime import date, time

import pytest

from roll_call.errors import Conflict, NotFound
from roll_call.people import SubjectKind, Unit, UnitKind
from roll_call.ports.store import Store
from roll_call.schedule import PlanDays, RollCallPlan
from tests.storage.cast import CENTER, EAST, HAN, LI, QIAN, WANG, WEST, ZHAO, change

DAILY = RollCallPlan(
    id="daily",
    title="每日点名",
    subject_kind=SubjectKind.PERSON,
    unit_ids=("east", "west"),
    days=PlanDays.WEEKDAYS,
    starts=time(9, 30),
    duration_minutes=60,
    weekdays=(1, 3, 5),
    random_window_minutes=45,
)


async def test_people_come_back_as_they_were_given(store: Store) -> None:
    assert set(await store.read(lambda r: r.people.units())) == {CENTER, EAST, WEST}
    assert set(await store.read(lambda r: r.people.officers())) == {ZHAO, QIAN}
    assert set(await store.read(lambda r: r.people.persons())) == {LI, HAN, WANG}
    assert await store.read(lambda r: r.people.person("han")) == HAN


async def test_an_office_sees_those_it_lists(store: Store) -> None:
    assert set(await store.read(lambda r: r.people.persons(["east"]))) == {LI, HAN}
    assert set(await store.read(lambda r: r.people.persons(["west"]))) == {HAN, WANG}
    assert await store.read(lambda r: r.people.persons([])) == ()
    assert await store.read(lambda r: r.people.officers(["east"])) == (QIAN,)


async def test_sign_in_names_differ_by_more_than_case(store: Store) -> None:
    found = await store.read(lambda r: r.people.credentials("ZHAO"))
    assert found is not None and (found.officer, found.password_hash) == (ZHAO, "hash-zhao")
    twin = replace(QIAN, id="twin", username="QIAN")
    with pytest.raises(Conflict, match="username_taken"):
        await store.write(lambda tx: tx.people.add_officer(twin, "h", change()))
    with pytest.raises(Conflict, match="username_taken"):
        renamed = replace(QIAN, username="zhao")
        await store.write(lambda tx: tx.people.save_officer(renamed, change()))
    assert await store.read(lambda r: r.people.credentials("nobody")) is None


async def test_a_changed_officer_keeps_the_password_until_it_is_set(store: Store) -> None:
    moved = replace(QIAN, unit_id="west", active=False)
    await store.write(lambda tx: tx.people.save_officer(moved, change()))
    found = await store.read(lambda r: r.people.credentials("qian"))
    assert found is not None and (found.officer, found.password_hash) == (moved, "hash-qian")
    await store.write(
        lambda tx: tx.people.set_password_hash("qian", "new", change("password"), must_change=True)
    )
    found = await store.read(lambda r: r.people.credentials("qian"))
    assert found is not None and found.password_hash == "new"
    assert found.officer.must_change_password
    rows = await store.read(lambda r: r.log.after(0, 1000))
    assert "hash-qian" not in repr(rows)


async def test_a_dossier_number_belongs_to_one_person(store: Store) -> None:
    with pytest.raises(Conflict, match="dossier_number_taken"):
        twin = replace(WANG, id="twin", dossier_number="D-001")
        await store.write(lambda tx: tx.people.add_person(twin, change()))
    moved = replace(HAN, office_ids=("west",), phone="139", minor=True)
    await store.write(lambda tx: tx.people.save_person(moved, change()))
    assert await store.read(lambda r: r.people.person("han")) == moved
    assert await store.read(lambda r: r.people.persons(["east"])) == (LI,)


async def test_the_unknown_is_not_found(store: Store) -> None:
    for lookup in ("unit", "officer", "person"):
        with pytest.raises(NotFound):
            await store.read(lambda r, name=lookup: getattr(r.people, name)("nobody"))
    with pytest.raises(NotFound):
        await store.write(lambda tx: tx.people.save_person(replace(LI, id="x"), change()))


async def test_plans_come_back_as_they_were_given(store: Store) -> None:
    await store.write(lambda tx: tx.plans.add_plan(DAILY, change()))
    assert await store.read(lambda r: r.plans.plan("daily")) == DAILY
    paused = replace(DAILY, active=False, starts=time(8, 0))
    await store.write(lambda tx: tx.plans.save_plan(paused, change()))
    assert await store.read(lambda r: r.plans.plans()) == (paused,)
    assert await store.read(lambda r: r.plans.plans(active_only=True)) == ()


async def test_a_plans_day_is_claimed_once(store: Store) -> None:
    await store.write(lambda tx: tx.plans.add_plan(DAILY, change()))
    today, tomorrow = date(2026, 11, 21), date(2026, 11, 22)
    claims = [await store.write(lambda tx: tx.plans.claim_day("daily", today)) for _ in range(3)]
    assert claims == [True, False, False]
    assert await store.write(lambda tx: tx.plans.claim_day("daily", tomorrow))


async def test_a_unit_is_removed_only_when_nothing_names_it(store: Store) -> None:
    with pytest.raises(Conflict, match="unit_not_empty") as caught:
        await store.write(lambda tx: tx.people.remove_unit("east", change("removed")))
    assert (caught.value.params["officers"], caught.value.params["persons"]) == (1, 2)
    yard = Unit("yard", "Yard", UnitKind.PRISON, "east")
    await store.write(lambda tx: tx.people.add_unit(yard, change("added")))
    await store.write(lambda tx: tx.people.remove_unit("yard", change("removed")))
    with pytest.raises(NotFound):
        await store.read(lambda r: r.people.unit("yard"))
    rows = await store.read(lambda r: r.log.history("unit", "yard"))
    assert [row.kind for row in rows] == ["unit.added", "unit.removed"]


async def test_heads_are_counted_with_everything_below(store: Store) -> None:
    heads = await store.read(lambda r: r.people.head_counts())
    assert heads[CENTER.id].persons == 3
    assert heads["east"].persons == heads["west"].persons == 2
    retired = replace(QIAN, active=False)
    await store.write(lambda tx: tx.people.save_officer(retired, change()))
    after = await store.read(lambda r: r.people.head_counts())
    assert after["east"].officers == heads["east"].officers - 1
