"""Both languages say everything, and every error has words."""

import json
import re
from pathlib import Path

import pytest

from tests.house.error_codes import error_classes, raised
from tests.house.tree import ROOT, flat_texts, project_files, read_json, short

PLACEHOLDER = re.compile(r"\{(\w+)\}")
ENGLISH = [
    path
    for path in project_files("en.json")
    if path.relative_to(ROOT).parts[0] in {"server", "client_web"}
]


def in_chinese(english: Path) -> Path:
    """The dictionary beside an English one."""
    names = [english.name.removesuffix("en.json") + f"{code}.json" for code in ("zh-CN", "zh_CN")]
    return next((english.with_name(n) for n in names if english.with_name(n).exists()), english)


def texts(path: Path) -> dict[str, str]:
    """A dictionary as flat keys and texts."""
    return flat_texts(json.loads(path.read_text("utf-8")))


def test_there_are_dictionaries() -> None:
    assert {short(path).partition("/")[0] for path in ENGLISH} == {"server", "client_web"}


@pytest.mark.parametrize("english", ENGLISH, ids=short)
def test_both_languages_say_the_same_things(english: Path) -> None:
    chinese = in_chinese(english)
    assert chinese != english, "no Chinese dictionary beside it"
    here, there = texts(english), texts(chinese)
    assert here.keys() == there.keys()
    assert [key for key in here if not here[key].strip() or not there[key].strip()] == []
    for key in here:
        assert set(PLACEHOLDER.findall(here[key])) == set(PLACEHOLDER.findall(there[key])), key


def test_every_error_code_has_a_text() -> None:
    known = read_json("server/texts/en.json")["errors"].keys()
    used = {(error.where, error.code) for error in raised()}
    used |= {(f"class {name}", code) for name, code in error_classes().items()}
    assert sorted((where, code) for where, code in used if code not in known) == []


def test_every_error_brings_what_its_text_names() -> None:
    known = read_json("server/texts/en.json")["errors"]
    missing = []
    for error in raised():
        named = set(PLACEHOLDER.findall(known.get(error.code, "")))
        if error.params is not None and named - error.params:
            missing.append((error.where, error.code, sorted(named - error.params)))
    assert missing == []
