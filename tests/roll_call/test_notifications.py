"""Which way a message takes, when a delivery is tried again, and what a receipt may say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.errors import InvalidInput
from roll_call.notices import Notice
from roll_call.notifications import (
    LONGEST_RETRY_S,
    MOST_ATTEMPTS,
    Channel,
    ChannelKind,
    Message,
    Recipient,
    RecipientKind,
    retry_at,
    ways,
)
from roll_call.people import Subject, SubjectKind
from roll_call.text_notice import Asks, NoticeReceipt, ReceiptAnswer, TextNotice

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HOOK = Channel(
    "hook",
    ChannelKind.WEBHOOK,
    "Hook",
    True,
    frozenset({Notice.ROLL_CALL_OPENED}),
    frozenset({Notice.CALLED}),
    False,
    "https://sink/…",
    NOW,
)


def message(kind: RecipientKind, notice: Notice) -> Message:
    return Message(notice, Recipient(kind, "x"), "entry", "e", NOW)


@pytest.mark.parametrize(
    ("kind", "notice", "connected", "expected"),
    [
        (RecipientKind.OFFICERS, Notice.ROLL_CALL_OPENED, False, ("in_app", "hook")),
        (RecipientKind.OFFICERS, Notice.CASE_OPENED, False, ("in_app",)),
        (RecipientKind.PERSON, Notice.CALLED, True, ("in_app",)),
        (RecipientKind.PERSON, Notice.CALLED, False, ("web_push", "hook")),
        (RecipientKind.PERSON, Notice.VERIFIED, False, ("web_push",)),
        (RecipientKind.UNIT, Notice.CALLED, False, ("hook",)),
        (RecipientKind.UNIT, Notice.VERIFIED, False, ()),
    ],
)
def test_the_way_of_a_message(
    kind: RecipientKind, notice: Notice, connected: bool, expected: tuple[str, ...]
) -> None:
    assert ways(message(kind, notice), [HOOK], connected) == expected


def test_a_channel_that_is_off_carries_nothing_and_none_its_own_failure() -> None:
    called = message(RecipientKind.PERSON, Notice.CALLED)
    assert not replace(HOOK, active=False).carries(called)
    everything = replace(HOOK, to_officers=frozenset(Notice))
    assert not everything.carries(message(RecipientKind.OFFICERS, Notice.CHANNEL_FAILED))


@given(st.integers(1, 40))
def test_retries_grow_apart_and_end(attempts: int) -> None:
    later = retry_at(attempts, NOW, permanent=False)
    assert (later is None) is (attempts >= MOST_ATTEMPTS)
    assert later is None or NOW < later <= NOW + timedelta(seconds=LONGEST_RETRY_S)
    assert retry_at(attempts, NOW, permanent=True) is None


def test_an_exception_needs_words_and_comes_from_a_unit() -> None:
    unit = NoticeReceipt("n", Subject(SubjectKind.UNIT, "u"))
    with pytest.raises(InvalidInput, match="exception_needs_note"):
        unit.seen(ReceiptAnswer.EXCEPTION, "  ", NOW)
    person = NoticeReceipt("n", Subject(SubjectKind.PERSON, "p"))
    with pytest.raises(InvalidInput):
        person.seen(ReceiptAnswer.ON_TIME, "", NOW)
    first = unit.seen(ReceiptAnswer.SEEN, "", NOW)
    later = first.seen(ReceiptAnswer.EXCEPTION, "power cut", NOW + timedelta(hours=1))
    assert (later.seen_at, later.answer, later.note) == (NOW, ReceiptAnswer.EXCEPTION, "power cut")


@pytest.mark.parametrize(("text", "code"), [(" ", "notice_empty"), ("x" * 501, "notice_too_long")])
def test_a_notice_says_something_short(text: str, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        TextNotice("n", "o", NOW, text, Asks.SEEN, False, True, "units")
