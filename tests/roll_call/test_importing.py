"""The fate of every row of an import: new, changed, unchanged, or refused with the cell."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.import_people import plan_officers, plan_persons
from roll_call.import_units import plan_units
from roll_call.importing import Fate, ImportRow, RowFate, World, fingerprint, runs_as_formula
from roll_call.people import Officer, Role, SupervisedPerson, Unit, UnitKind, UnitTree

ROOT = Unit("root", "指挥中心", UnitKind.COMMAND_CENTER, None)
COUNTY = Unit("county", "青河县司法局", UnitKind.COUNTY_BUREAU, "root")
OFFICE = Unit("office", "城关司法所", UnitKind.JUDICIAL_OFFICE, "county", "100")
OTHER = Unit("other", "白水县司法局", UnitKind.COUNTY_BUREAU, "root")
TWIN = Unit("twin", "城关司法所", UnitKind.JUDICIAL_OFFICE, "other")
ANN = Officer("ann", "office", "安", "ann", Role.OFFICE_OFFICER, "所长", "110")
BOSS = Officer("boss", "root", "周", "boss", Role.ADMINISTRATOR)
LI = SupervisedPerson("li", "李", "D-1", ("office",), phone="138")
WORDS = {
    "kind": {"司法所": "judicial_office", "县司法局": "county_bureau", "监狱": "prison"},
    "role": {"值班员": "duty_officer", "管理员": "administrator"},
    "supervision_class": {"严管": "strict", "普管": "ordinary"},
    "minor": {"是": "yes", "否": "no"},
    "locale": {"中文": "zh-CN"},
}


def world(home: str = "root", importer: str = "boss") -> World:
    tree = UnitTree([ROOT, COUNTY, OFFICE, OTHER, TWIN])
    return World(tree, tree.below(home), home, importer, (ANN, BOSS), (LI,))


def rows(*cells: dict[str, str]) -> list[ImportRow]:
    return [ImportRow(n, one) for n, one in enumerate(cells, start=2)]


def ids(count: int) -> list[str]:
    return [f"new{n}" for n in range(count)]


def units(*cells: dict[str, str], home: str = "root") -> tuple[RowFate[Unit], ...]:
    return plan_units(rows(*cells), world(home), WORDS, ids(len(cells)))


def officer(home: str = "root", **cells: str) -> RowFate[Officer]:
    base = {"name": "新", "username": "new", "unit": "青河县司法局/城关司法所"}
    return plan_officers(rows({**base, **cells}), world(home), WORDS, ids(1))[0]


def person(home: str = "root", **cells: str) -> RowFate[SupervisedPerson]:
    base = {"name": "新", "dossier_number": "D-9", "offices": "青河县司法局/城关司法所"}
    return plan_persons(rows({**base, **cells}), world(home), WORDS, ids(1))[0]


def refusal(row: RowFate[Any]) -> tuple[str, str]:
    assert row.fate is Fate.REFUSED and row.value is None
    return row.problems[0].field, row.problems[0].code


def test_a_parent_may_stand_below_its_children_in_the_file() -> None:
    made = units(
        {"name": "三河司法所", "parent": "三河县司法局", "kind": "司法所"},
        {"name": "三河县司法局", "kind": "县司法局"},
    )
    assert [row.fate for row in made] == [Fate.NEW, Fate.NEW]
    office, county = (row.value for row in made)
    assert office is not None and county is not None
    assert (office.parent_id, county.parent_id) == (county.id, "root")


def test_a_path_may_lead_to_a_unit_of_the_same_file() -> None:
    made = units(
        {"name": "新所", "parent": "青河县司法局/新区"},
        {"name": "新区", "parent": "青河县司法局"},
    )
    office, district = (row.value for row in made)
    assert office is not None and district is not None
    assert (office.parent_id, district.parent_id) == (district.id, "county")


def test_a_known_unit_keeps_what_the_file_leaves_empty() -> None:
    path = {"name": "城关司法所", "parent": "青河县司法局"}
    same, told = units({**path, "kind": "", "phone": ""})[0], units({**path, "phone": "200"})[0]
    assert (same.fate, same.value) == (Fate.UNCHANGED, None)
    assert told.value == replace(OFFICE, phone="200")
    assert [(c.field, c.old, c.new) for c in told.changes] == [("phone", "100", "200")]


def test_the_importers_own_unit_may_stand_in_the_file() -> None:
    assert units({"name": "指挥中心", "phone": "1"})[0].value == replace(ROOT, phone="1")
    mine = units({"name": "青河县司法局", "kind": "县司法局"}, home="county")[0]
    assert mine.fate is Fate.UNCHANGED


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"name": ""}, ("name", "import_required")),
        ({"name": "=1+1"}, ("name", "import_formula")),
        ({"name": "A", "phone": "@x"}, ("phone", "import_formula")),
        ({"name": "A\u202eB"}, ("name", "import_unprintable")),
        ({"name": "x" * 81}, ("name", "import_too_long")),
        ({"name": "A", "kind": "学校"}, ("kind", "import_unknown_word")),
        ({"name": "A", "parent": "无此单位"}, ("parent", "import_unit_unknown")),
        ({"name": "A", "parent": "A"}, ("parent", "import_unit_unknown")),
        ({"name": "A", "parent": "城关司法所"}, ("parent", "import_unit_ambiguous")),
    ],
)
def test_a_unit_is_refused_with_its_cell(cells: dict[str, str], expected: tuple[str, str]) -> None:
    assert refusal(units(cells)[0]) == expected


def test_two_rows_that_name_each_other_as_parents_are_both_refused() -> None:
    made = units({"name": "A", "parent": "B"}, {"name": "B", "parent": "A"})
    assert [refusal(row) for row in made] == [("parent", "import_unit_unknown")] * 2


def test_the_second_row_of_the_same_is_refused_and_names_the_first() -> None:
    first, second = units({"name": "新所"}, {"name": "新所", "phone": "1"})
    assert first.fate is Fate.NEW and refusal(second) == ("name", "import_twice")
    assert second.problems[0].line == first.line == 2
    people = plan_officers(
        rows(*({"name": "N", "username": u, "unit": "青河县司法局"} for u in ("New", "new"))),
        world(),
        WORDS,
        ids(2),
    )
    assert [p.fate for p in people] == [Fate.NEW, Fate.REFUSED]


def test_nobody_reaches_beyond_their_own_units() -> None:
    assert refusal(units({"name": "A", "parent": "白水县司法局"}, home="county")[0]) == (
        "parent",
        "import_unit_unknown",
    )
    assert refusal(officer(home="other", unit="城关司法所", username="ann")) == (
        "username",
        "import_not_yours",
    )
    assert refusal(person(home="other", offices="城关司法所", dossier_number="D-1")) == (
        "dossier_number",
        "import_not_yours",
    )
    assert refusal(officer(home="other", unit="青河县司法局"))[1] == "import_unit_unknown"


def test_a_name_is_plain_enough_where_only_one_of_ones_own_units_has_it() -> None:
    assert officer(unit="城关司法所").problems[0].code == "import_unit_ambiguous"
    mine = officer(home="county", unit="城关司法所").value
    assert mine is not None and mine.unit_id == "office"


def test_an_officer_changes_by_user_name_and_shows_which_fields() -> None:
    row = officer(name="安", username="ANN", post="副所长", phone="", role="值班员")
    assert row.value == replace(ANN, post="副所长", role=Role.DUTY_OFFICER)
    assert {c.field for c in row.changes} == {"post", "role"}
    moved = officer(name="安", username="ann", unit="白水县司法局")
    assert [(c.field, c.old, c.new) for c in moved.changes] == [
        ("unit", "城关司法所", "白水县司法局")
    ]


def test_nobody_imports_themselves_into_another_role_or_unit() -> None:
    mine = {"name": "周", "username": "boss"}
    assert refusal(officer(**mine, unit="指挥中心", role="值班员")) == ("role", "import_yourself")
    assert refusal(officer(**mine, unit="白水县司法局")) == ("unit", "import_yourself")
    assert officer(**mine, unit="指挥中心", phone="7").fate is Fate.CHANGED


def test_a_person_of_two_offices() -> None:
    both = "青河县司法局/城关司法所、白水县司法局/城关司法所"
    row = person(offices=both, supervision_class="严管", minor="是")
    assert row.value is not None
    assert row.value.office_ids == ("office", "twin") and row.value.minor
    known = person(dossier_number="D-1", name="李", offices=both)
    assert [(c.field, c.old, c.new) for c in known.changes] == [
        ("offices", "城关司法所", "城关司法所、城关司法所")
    ]
    three = refusal(person(offices=f"{both},白水县司法局"))
    assert three == ("offices", "import_too_many_offices")


@pytest.mark.parametrize("text", ["=1", "@SUM(A1)", "-2+3|calc", "+x", "＝1", "|x", "+1-cmd"])
def test_what_a_spreadsheet_would_run_is_seen(text: str) -> None:
    assert runs_as_formula(text)


@pytest.mark.parametrize("text", ["+86 138-0000 0000", "-5", "(010) 1", "a=b", "城关", ""])
def test_telephone_numbers_and_plain_text_are_no_formulas(text: str) -> None:
    assert not runs_as_formula(text)


CELLS = st.dictionaries(
    st.sampled_from(["name", "username", "unit", "parent", "kind", "phone", "offices", "role"]),
    st.one_of(
        st.text(max_size=6), st.sampled_from(["城关司法所", "指挥中心", "司法所", "ann", "A"])
    ),
)


@given(st.lists(CELLS, max_size=8))
def test_every_row_has_a_fate_and_a_second_look_the_same(cells: list[dict[str, str]]) -> None:
    plans: list[Any] = [plan_units, plan_officers, plan_persons]
    for plan in plans:
        first = plan(rows(*cells), world(), WORDS, ids(len(cells)))
        other = plan(rows(*cells), world(), WORDS, [f"x{n}" for n in range(len(cells))])
        assert [row.line for row in first] == [n for n, _ in enumerate(cells, start=2)]
        assert fingerprint(first) == fingerprint(other)
        for row in first:
            assert (row.value is not None) == (row.fate in (Fate.NEW, Fate.CHANGED))
            assert bool(row.problems) == (row.fate is Fate.REFUSED)


def test_the_fingerprint_tells_other_fates_apart() -> None:
    assert fingerprint(units({"name": "A"})) != fingerprint(units({"name": "B"}))
