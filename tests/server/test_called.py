"""Whom a plan calls: whoever is left out never, everybody else that it names, in order, once."""

import random
from datetime import date, timedelta
from datetime import time as local_time

from hypothesis import given
from hypothesis import strategies as st

from roll_call.call_list import CallList, Exclusion
from roll_call.people import Subject, SubjectKind, SupervisedPerson, Unit, UnitKind, UnitTree
from roll_call.sampling import Sample
from roll_call.schedule import PlanDays, RollCallPlan
from server.called import Register, drawn_from, listed_on

DAY = date(2026, 11, 23)
UNITS = ("root", "east", "west", "yard")
TREE = UnitTree(
    [
        Unit("root", "root", UnitKind.COMMAND_CENTER, None),
        Unit("east", "east", UnitKind.JUDICIAL_OFFICE, "root"),
        Unit("west", "west", UnitKind.JUDICIAL_OFFICE, "root"),
        Unit("yard", "yard", UnitKind.REHABILITATION_CENTER, "east"),
    ]
)
OFFICES = st.lists(st.sampled_from(UNITS[1:]), min_size=1, max_size=2, unique=True).map(tuple)
SUBJECTS = st.builds(Subject, st.just(SubjectKind.UNIT), st.sampled_from(UNITS)) | st.builds(
    Subject, st.just(SubjectKind.PERSON), st.sampled_from("abcdef")
)
EXCLUSIONS = st.lists(
    st.builds(
        Exclusion,
        SUBJECTS,
        st.just("原因"),
        st.just("zhao"),
        st.none() | st.dates(DAY - timedelta(days=2), DAY + timedelta(days=2)),
    ),
    max_size=4,
    unique_by=lambda exclusion: exclusion.subject,
).map(tuple)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    persons = {
        name: SupervisedPerson(name, name, f"D-{name}", draw(OFFICES))
        for name in draw(st.sets(st.sampled_from("abcdef")))
    }
    ids = draw(st.permutations("abcdefg"))[: draw(st.integers(1, 7))]
    listed = CallList("list", "名单", SubjectKind.PERSON, tuple(ids))
    return Register({"list": listed}, persons, TREE)


@st.composite
def plans(draw: st.DrawFn) -> RollCallPlan:
    kind = draw(st.sampled_from([SubjectKind.UNIT, SubjectKind.PERSON]))
    from_list = kind is SubjectKind.PERSON and draw(st.booleans())
    units = tuple(draw(st.permutations(UNITS))[: draw(st.integers(1, 4))])
    return RollCallPlan(
        id="p",
        title="t",
        subject_kind=kind,
        unit_ids=() if from_list else units,
        days=PlanDays.EVERY_DAY,
        starts=local_time(9, 0),
        duration_minutes=30,
        call_list_id="list" if from_list else None,
        exclusions=draw(EXCLUSIONS),
        sample=draw(st.builds(Sample, count=st.integers(0, 4))),
        random_order=draw(st.booleans()),
    )


@given(registers(), plans(), st.integers())
def test_who_is_left_out_is_never_called(register: Register, plan: RollCallPlan, seed: int) -> None:
    listed = listed_on(register, plan, DAY)
    drawn = drawn_from(listed, plan, random.Random(seed))
    held = [x.subject for x in plan.exclusions if x.until is None or x.until >= DAY]
    assert not set(drawn) & set(held)
    assert not set(listed.subjects) & set(listed.left_out)
    assert set(listed.excluded) <= set(plan.exclusions)
    for subject in drawn:
        if subject.kind is SubjectKind.PERSON:
            closed = [u.id for u in held if u.kind is SubjectKind.UNIT]
            offices = register.persons[subject.id].office_ids
            assert any(not any(TREE.within(o, u) for u in closed) for o in offices)


@given(registers(), plans(), st.integers())
def test_everybody_else_is_listed_once_and_a_sample_has_its_size(
    register: Register, plan: RollCallPlan, seed: int
) -> None:
    listed = listed_on(register, plan, DAY)
    drawn = drawn_from(listed, plan, random.Random(seed))
    assert len(set(drawn)) == len(drawn) == plan.sample.size(len(listed.subjects))
    assert set(drawn) <= set(listed.subjects)
    everybody = [*listed.subjects, *listed.left_out]
    assert len(set(everybody)) == len(everybody)
    if plan.call_list_id is not None:
        named = [i for i in register.lists["list"].subject_ids if i in register.persons]
        assert {s.id for s in everybody} == set(named)
        assert [s.id for s in listed.subjects] == [i for i in named if i in _ids(listed.subjects)]
    elif plan.subject_kind is SubjectKind.UNIT:
        assert {s.id for s in everybody} == set(plan.unit_ids)


def _ids(subjects: tuple[Subject, ...]) -> set[str]:
    return {subject.id for subject in subjects}
