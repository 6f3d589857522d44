"""Receipts: one spelling, readable back, and nothing personal in them."""

import json
from dataclasses import replace

import pytest

from roll_call.entry import EntryState
from roll_call.errors import InvalidInput
from roll_call.notices import NextStep
from roll_call.reasons import Reason
from roll_call.receipt import canonical_bytes, content_from_bytes, receipt_of
from tests.roll_call.cast import NINE, entry_in, later

FAILED = receipt_of(
    entry_in(EntryState.REVIEW, reason=Reason.INCONCLUSIVE, arrived_at=NINE),
    "20261123-000042",
    "s1",
    NextStep.OFFICER_WILL_CALL,
    later(75),
)


def test_a_failed_attempt_has_a_receipt_that_proves_the_arrival() -> None:
    content = json.loads(canonical_bytes(FAILED))
    assert content == {
        "version": 1,
        "number": "20261123-000042",
        "entry_id": "e1",
        "roll_call_id": "rc1",
        "session_id": "s1",
        "attempt": 1,
        "state": "review",
        "reason": "inconclusive",
        "arrived_at": "2026-11-23T01:00:00.000000Z",
        "issued_at": "2026-11-23T01:01:15.000000Z",
        "next": "officer_will_call",
    }


def test_the_subject_is_not_named() -> None:
    assert b"wang" not in canonical_bytes(FAILED)


@pytest.mark.parametrize(
    "receipt",
    [
        FAILED,
        replace(FAILED, session_id=None, reason=None, arrived_at=None, state=EntryState.CALLING),
    ],
)
def test_what_was_signed_reads_back_as_what_was_meant(receipt: object) -> None:
    body = canonical_bytes(receipt)  # type: ignore[arg-type]
    assert content_from_bytes(body) == receipt
    assert canonical_bytes(content_from_bytes(body)) == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        canonical_bytes(FAILED) + b" ",
        canonical_bytes(FAILED).replace(b'"review"', b'"guilty"'),
        canonical_bytes(FAILED).replace(b'"attempt":1', b'"attempt":1,"extra":2'),
        canonical_bytes(FAILED).replace(b'"version":1', b'"version":2'),
        canonical_bytes(FAILED).replace(b'"number":"20261123-000042"', b'"number":7'),
        canonical_bytes(FAILED).replace(b'"attempt":1', b'"attempt":true'),
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        content_from_bytes(body)
    assert refused.value.code == "bad_receipt"
