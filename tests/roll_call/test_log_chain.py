"""Commitments and the chain: what was altered, taken out or put in shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.commitment import GENESIS_HASH, SALT_BYTES, canonical_json, commit, record_hash
from roll_call.errors import InvalidInput
from roll_call.instants import from_text, utc_text
from roll_call.log import ChainBreak, ChainFault, LogRecord, first_break, seal
from tests.roll_call.cast import NINE, later

SALT = bytes(range(SALT_BYTES))

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def chain(length: int = 5) -> list[LogRecord]:
    records: list[LogRecord] = []
    for number in range(length):
        prev = records[-1] if records else None
        commitment = commit({"n": number}, SALT)
        kind = "entry.ticket_taken"
        record = seal(prev, later(number), "person/wang", kind, "entry", "e1", commitment)
        records.append(record)
    return records


def test_the_formats_are_pinned_so_that_old_logs_verify_for_ever() -> None:
    payload = {"名": "王", "b": [1, None, True]}
    body = '{"b":[1,null,true],"名":"王"}'.encode()
    assert canonical_json(payload) == body
    expected = sha256(b"rollcall/commitment/1\x00" + SALT + body).hexdigest()
    assert commit(payload, SALT) == expected
    fields = f'["{GENESIS_HASH}",1,"2026-11-23T01:00:00.000000Z","system","k","entry","e1","c"]'
    digest = sha256(b"rollcall/log-record/1\x00" + fields.encode()).hexdigest()
    assert record_hash(GENESIS_HASH, 1, NINE, "system", "k", "entry", "e1", "c") == digest


@given(PLAIN, PLAIN)
def test_equal_payloads_and_only_those_have_equal_commitments(a: object, b: object) -> None:
    same = canonical_json(a) == canonical_json(b)  # type: ignore[arg-type]
    assert (commit(a, SALT) == commit(b, SALT)) == same  # type: ignore[arg-type]


def test_without_the_salt_a_likely_payload_cannot_be_tried() -> None:
    assert commit("已到", SALT) != commit("已到", SALT[::-1])
    with pytest.raises(InvalidInput) as refused:
        commit("已到", b"short")
    assert refused.value.code == "bad_salt"


@pytest.mark.parametrize("payload", [float("nan"), float("inf"), {1, 2}, b"x", "\ud800"])
def test_what_is_not_plain_json_is_refused(payload: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        canonical_json(payload)  # type: ignore[arg-type]
    assert refused.value.code == "not_json"


def test_a_whole_chain_verifies_from_its_start_and_from_a_known_head() -> None:
    records = chain()
    assert first_break(records) is None
    assert first_break(records[2:], prev_seq=2, prev_hash=records[1].hash) is None
    assert first_break([]) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", later(99)),
        ("actor", "system"),
        ("kind", "entry.void"),
        ("subject_kind", "session"),
        ("subject_id", "e2"),
        ("commitment", "0" * 64),
        ("hash", "f" * 64),
    ],
)
def test_altering_any_field_shows(field: str, value: object) -> None:
    records = chain()
    records[2] = replace(records[2], **{field: value})  # type: ignore[arg-type]
    assert first_break(records) == ChainBreak(3, ChainFault.ALTERED)


def test_a_record_taken_out_put_in_or_resealed_shows() -> None:
    records = chain()
    without = [*records[:2], *records[3:]]
    assert first_break(without) == ChainBreak(3, ChainFault.GAP)
    forged = seal(records[1], later(2), "system", "entry.void", "entry", "e1", "0" * 64)
    resealed = [*records[:2], forged, *records[3:]]
    assert first_break(resealed) == ChainBreak(4, ChainFault.BROKEN_LINK)


def test_an_instant_has_one_spelling_in_whatever_zone_it_came() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert utc_text(NINE.astimezone(shanghai)) == utc_text(NINE) == "2026-11-23T01:00:00.000000Z"
    assert from_text("2026-11-23T09:00:00+08:00") == NINE
    assert from_text(utc_text(NINE)).tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        utc_text(datetime(2026, 11, 23, 9, 0))
    assert refused.value.code == "naive_time"
    for text in ("2026-11-23T09:00:00", "soon"):
        with pytest.raises(InvalidInput):
            from_text(text)
