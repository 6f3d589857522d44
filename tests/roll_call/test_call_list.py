"""Call lists keep their order, and who is left out is not called until the day is over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.call_list import CallList, Exclusion, excluded_on
from roll_call.errors import InvalidInput
from roll_call.people import Subject, SubjectKind

MONDAY = date(2026, 11, 23)
IDS = st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=12, unique=True)


def unit(unit_id: str) -> Subject:
    return Subject(SubjectKind.UNIT, unit_id)


def left_out(unit_id: str, until: date | None = None) -> Exclusion:
    return Exclusion(unit(unit_id), "设备检修", "zhao", until)


@given(IDS, st.data())
def test_who_is_left_out_is_never_called_and_the_rest_keep_their_order(
    ids: list[str], data: st.DataObject
) -> None:
    days = st.none() | st.dates(MONDAY - timedelta(days=3), MONDAY + timedelta(days=3))
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True))
    exclusions = tuple(left_out(each, data.draw(days)) for each in chosen)
    called = CallList("l", "名单", SubjectKind.UNIT, tuple(ids), exclusions).called_on(MONDAY)
    out = {x.subject for x in exclusions if x.until is None or x.until >= MONDAY}
    assert list(called) == [unit(each) for each in ids if unit(each) not in out]


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (1, True)])
def test_an_exclusion_holds_through_its_last_day(days: int, holds: bool) -> None:
    exclusion = left_out("a", MONDAY + timedelta(days=days))
    assert bool(excluded_on([exclusion], MONDAY)) is holds


@pytest.mark.parametrize(
    ("ids", "exclusions", "code"),
    [
        ((), (), "nobody_chosen"),
        (("a", "a"), (), "listed_twice"),
        (("a",), (left_out("b"),), "exclusion_not_listed"),
        (("a",), (left_out("a"), left_out("a", MONDAY)), "listed_twice"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(
    ids: tuple[str, ...], exclusions: tuple[Exclusion, ...], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        CallList("l", "名单", SubjectKind.UNIT, ids, exclusions)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("reason", "officer", "code"),
    [
        (" ", "zhao", "exclusion_reason_required"),
        ("x" * 201, "zhao", "exclusion_reason_too_long"),
        ("检修", "", "officer_required"),
    ],
)
def test_nobody_is_left_out_without_a_reason_and_a_name(
    reason: str, officer: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        Exclusion(unit("a"), reason, officer)
    assert refused.value.code == code
