"""Contract: call lists and origins come back as they were given; an origin is never edited."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from roll_call.call_list import CallList, Exclusion
from roll_call.call_origin import CallOrigin
from roll_call.errors import Conflict, NotFound
from roll_call.people import Subject, SubjectKind
from roll_call.ports.store import Store
from tests.storage.cast import MORNING, NINE, change
from tests.storage.test_people_and_plans import DAILY

EXCLUDED = Exclusion(Subject(SubjectKind.UNIT, "west"), "设备检修", "zhao", date(2026, 11, 30))
OFFICES = CallList("offices", "早点名", SubjectKind.UNIT, ("west", "east"), (EXCLUDED,))
SPOT = CallOrigin(
    "morning",
    listed=3,
    plan_id="daily",
    call_list_id="offices",
    excluded=(EXCLUDED,),
    drawn=("li", "han"),
    random_order=True,
    band_from=NINE,
    band_until=NINE + timedelta(hours=2),
    late_open_s=600.0,
)


async def test_a_list_comes_back_as_it_was_given(store: Store) -> None:
    await store.write(lambda tx: tx.call_lists.add_call_list(OFFICES, change()))
    assert await store.read(lambda r: r.call_lists.call_list("offices")) == OFFICES
    turned = replace(OFFICES, subject_ids=("east", "west"), exclusions=())
    await store.write(lambda tx: tx.call_lists.save_call_list(turned, change()))
    assert await store.read(lambda r: r.call_lists.call_lists()) == (turned,)
    await store.write(lambda tx: tx.call_lists.remove_call_list("offices", change()))
    assert await store.read(lambda r: r.call_lists.call_lists()) == ()
    for gone in (
        lambda tx: tx.call_lists.save_call_list(OFFICES, change()),
        lambda tx: tx.call_lists.remove_call_list("offices", change()),
    ):
        with pytest.raises(NotFound):
            await store.write(gone)


async def test_a_name_is_taken_once(store: Store) -> None:
    await store.write(lambda tx: tx.call_lists.add_call_list(OFFICES, change()))
    with pytest.raises(Conflict, match="call_list_name_taken"):
        twin = replace(OFFICES, id="twin")
        await store.write(lambda tx: tx.call_lists.add_call_list(twin, change()))


async def test_an_origin_comes_back_and_a_missed_one_is_made_up_once(store: Store) -> None:
    await store.write(lambda tx: tx.plans.add_plan(DAILY, change()))
    await store.write(lambda tx: tx.call_lists.add_origin(SPOT, change()))
    assert await store.read(lambda r: r.call_lists.origins(["morning", "x"])) == {"morning": SPOT}
    for number in (1, 2):
        later = replace(MORNING, id=f"later-{number}")
        await store.write(lambda tx, made=later: tx.calls.add_roll_call(made, change()))
    made_up = CallOrigin("later-1", 3, made_up_for="morning")
    await store.write(lambda tx: tx.call_lists.add_origin(made_up, change()))
    assert await store.read(lambda r: r.call_lists.made_up_by(["morning"])) == {
        "morning": "later-1"
    }
    with pytest.raises(Conflict, match="already_made_up"):
        again = replace(made_up, roll_call_id="later-2")
        await store.write(lambda tx: tx.call_lists.add_origin(again, change()))


async def test_a_days_plans_are_known(store: Store) -> None:
    await store.write(lambda tx: tx.plans.add_plan(DAILY, change()))
    day = date(2026, 11, 23)
    assert await store.read(lambda r: r.plans.claimed(day)) == frozenset()
    await store.write(lambda tx: tx.plans.claim_day("daily", day))
    assert await store.read(lambda r: r.plans.claimed(day)) == {"daily"}
