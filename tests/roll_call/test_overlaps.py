"""Two plans collide where they share both time and somebody to call."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from roll_call.overlaps import Span, overlaps
from roll_call.people import Subject, SubjectKind
from roll_call.schedule import Window
from tests.roll_call.cast import NINE

MINUTES = st.integers(0, 30)
IDS = st.frozensets(st.sampled_from("abcd"), max_size=3)


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    made = []
    for number in range(draw(st.integers(0, 4))):
        start, length = draw(MINUTES), draw(st.integers(1, 20))
        opens_at = NINE + timedelta(minutes=start)
        window = Window(opens_at, opens_at + timedelta(minutes=length))
        subjects = frozenset(Subject(SubjectKind.UNIT, each) for each in draw(IDS))
        made.append(Span(str(number), window, subjects, draw(st.booleans())))
    return made


@given(spans())
def test_an_overlap_is_shown_exactly_where_somebody_would_be_called_twice(
    given_spans: list[Span],
) -> None:
    expected = {}
    for minute in range(60):
        at = NINE + timedelta(minutes=minute)
        now = [s for s in given_spans if s.window.opens_at <= at < s.window.closes_at]
        for one in now:
            for other in now:
                if one.plan_id < other.plan_id and one.subjects & other.subjects:
                    expected[one.plan_id, other.plan_id] = one.subjects & other.subjects
    found = overlaps(given_spans)
    assert {each.plan_ids: each.subjects for each in found} == expected
    chance = {span.plan_id for span in given_spans if span.by_chance}
    assert all(each.certain is not bool(chance & set(each.plan_ids)) for each in found)
