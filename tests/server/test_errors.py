"""Every error in both languages, with a status, and nothing left unfilled."""

import json
import re
from importlib.resources import files

import pytest

from roll_call.errors import Conflict, InvalidInput, NotFound, RollCallError, StorageError
from roll_call.notices import NextStep
from roll_call.ports.faces import FaceProblem
from server.check_in.questions import CHOICES, TEXTS, questions
from server.errors import (
    LOCALES,
    NotSignedIn,
    RateLimited,
    TooLarge,
    error_text,
    http_status,
    locale_of,
    texts,
)
from tests.server.town import Staff, Town


def sections(name: str) -> dict[str, dict[str, str]]:
    raw = (files("server") / "texts" / f"{name}.json").read_text("utf-8")
    loaded: dict[str, dict[str, str]] = json.loads(raw)
    return loaded


def test_both_languages_word_the_same_codes_with_the_same_parameters() -> None:
    zh, en = sections("zh_CN"), sections("en")
    assert zh.keys() == en.keys()
    for section in zh:
        assert zh[section].keys() == en[section].keys()
        for code in zh[section]:
            wanted = set(re.findall(r"{(\w+)}", en[section][code]))
            assert set(re.findall(r"{(\w+)}", zh[section][code])) == wanted, code
            assert zh[section][code].strip() and en[section][code].strip()
            assert not re.search(r"[\u4e00-\u9fff]", en[section][code]), code


@pytest.mark.parametrize("locale", LOCALES)
def test_every_face_problem_and_receipt_and_question_is_worded(locale: str) -> None:
    words = texts(locale).sections
    assert set(words["face_problems"]) == {problem.value for problem in FaceProblem}
    assert {step.value for step in NextStep} - {"nothing"} <= set(words["receipts"])
    assert [q.id for q in questions(locale)] == [*CHOICES, *TEXTS]
    assert all(q.text and all(q.options.values()) for q in questions(locale))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RollCallError(), 500),
        (NotSignedIn(), 401),
        (NotFound(), 404),
        (NotFound("link_unknown"), 403),
        (Conflict("link_used"), 403),
        (Conflict(), 409),
        (InvalidInput(), 400),
        (TooLarge(limit=5), 413),
        (RateLimited(retry_after_s=3), 429),
        (StorageError("disk_full"), 507),
        (StorageError(), 503),
    ],
)
def test_the_status_of_an_error(error: RollCallError, status: int) -> None:
    assert http_status(error) == status


def test_an_unknown_code_says_something_and_shows_no_code() -> None:
    assert error_text(RollCallError("brand_new"), "en") == error_text(RollCallError(), "en")


def test_parameters_are_filled() -> None:
    assert "5" in error_text(TooLarge(limit=5), "en")
    assert "{" not in error_text(TooLarge(limit=5), "zh-CN")


@pytest.mark.parametrize(
    ("header", "asked", "locale"),
    [
        ("", None, "zh-CN"),
        ("en-GB,en;q=0.9", None, "en"),
        ("fr, zh-TW;q=0.5, en;q=0.1", None, "zh-CN"),
        ("fr", None, "zh-CN"),
        ("zh", "en", "en"),
        ("en", "nonsense", "en"),
    ],
)
def test_the_language_of_an_answer(header: str, asked: str | None, locale: str) -> None:
    assert locale_of(header, asked) == locale


async def test_http_errors_speak_the_clients_language(town: Town) -> None:
    staff = Staff(town)
    _, english = await staff.ask("GET", "/api/units", headers={"Accept-Language": "en"})
    _, chinese = await staff.ask("GET", "/api/units")
    assert english["error"]["message"].startswith("Please sign in")
    assert chinese["error"]["message"].startswith("请先登录")


async def test_a_wrong_method_is_named(town: Town, duty: Staff) -> None:
    status, data = await duty.ask("DELETE", "/api/units")
    assert (status, data["error"]["code"]) == (405, "method_not_allowed")
