"""Certificates, receipts, the calendar, devices, resume tokens, logs: the small ground floor."""

import json
import ssl
import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from roll_call.errors import StorageError
from roll_call.schedule import DayKind
from server import calendar, tls
from server.logs import _drop_secrets
from server.receipts import decode, load_signer, verify
from server.resume import Bearer, ResumeTokens

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_certificate_for_this_site(tmp_path: Path) -> None:
    files = tls.initialise(tmp_path, ["roll.test", "192.0.2.7"], NOW)
    ca = x509.load_pem_x509_certificate(files.authority.read_bytes())
    leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    leaf.verify_directly_issued_by(ca)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["roll.test"]
    assert str(names.get_values_for_type(x509.IPAddress)[0]) == "192.0.2.7"
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    assert mode(files.key) == mode(tmp_path / "tls" / "ca_key.pem") == 0o600
    assert isinstance(tls.server_context(files), ssl.SSLContext)


def test_the_authority_is_made_once_and_the_leaf_renewed_in_time(tmp_path: Path) -> None:
    files = tls.initialise(tmp_path, ["a.test"], NOW)
    first = files.authority.read_bytes()
    tls.initialise(tmp_path, ["b.test"], NOW)
    assert files.authority.read_bytes() == first
    before = files.certificate.read_bytes()
    tls.ensure(tmp_path, ["b.test"])
    long_ago = datetime.now(UTC) - timedelta(days=380)
    old = tls.initialise(tmp_path, ["b.test"], long_ago).certificate.read_bytes()
    tls.ensure(tmp_path, ["b.test"])
    assert files.certificate.read_bytes() not in (before, old)


def test_a_certificate_of_the_sites_own_is_never_replaced(tmp_path: Path) -> None:
    files = tls.initialise(tmp_path, ["localhost"], datetime.now(UTC) - timedelta(days=390))
    bureau = tls.initialise(tmp_path / "bureau", ["localhost"], NOW - timedelta(days=3000))
    files.certificate.write_bytes(bureau.certificate.read_bytes())
    files.key.write_bytes(bureau.key.read_bytes())
    before = files.certificate.read_bytes(), files.key.read_bytes()
    assert tls.ensure(tmp_path, ["localhost"]) == files
    assert (files.certificate.read_bytes(), files.key.read_bytes()) == before


def test_a_receipt_verifies_with_the_public_key_alone(tmp_path: Path) -> None:
    signer = load_signer(tmp_path)
    signature = signer.sign("回执 body")
    public = Ed25519PublicKey.from_public_bytes(decode(signer.public_jwk()["x"]))
    assert verify(public, "回执 body", signature)
    assert not verify(public, "回执 body!", signature)
    assert not verify(public, "回执 body", "nonsense")
    assert load_signer(tmp_path).key_id == signer.key_id


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_signer(tmp_path)
    path = tmp_path / "keys" / "receipt_ed25519.pem"
    assert mode(path) == 0o600
    path.chmod(0o644)
    with pytest.raises(StorageError) as caught:
        load_signer(tmp_path)
    assert caught.value.code == "key_file_exposed"


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 20), DayKind.WORKDAY),
        (date(2026, 11, 21), DayKind.WEEKEND),
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 2, 14), DayKind.MAKEUP_WORKDAY),
        (date(2030, 10, 1), DayKind.WORKDAY),
        (date(2030, 10, 5), DayKind.WEEKEND),
    ],
)
def test_the_chinese_calendar(day: date, kind: DayKind) -> None:
    assert calendar.published_kind(day) is kind
    assert calendar.published(day) is (day.year <= calendar.LAST_KNOWN_YEAR)


def test_resume_tokens_are_bound_and_outlive_a_restart(tmp_path: Path) -> None:
    bearer = Bearer("device", "f" * 32, "a" * 32)
    token = ResumeTokens(tmp_path).issue(bearer)
    assert len(token) <= 256
    assert ResumeTokens(tmp_path).read(token) == bearer
    assert ResumeTokens(tmp_path / "other").read(token) is None
    assert ResumeTokens(tmp_path).read(token[:-2] + "xx") is None
    assert mode(tmp_path / "keys" / "resume.key") == 0o600


def test_logs_drop_what_may_be_secret() -> None:
    event = {"event": "x", "password": "p", "name": "Ann", "token": "t", "entry": "e1"}
    assert _drop_secrets(None, "", event) == {"event": "x", "entry": "e1"}


def test_logs_keep_an_errors_code_and_no_foreign_words(tmp_path: Path) -> None:
    script = """
import logging
from server.logs import configure_logs, logger
configure_logs()
logger("x").error("step_failed", why="disk_full")
logging.getLogger("storage.writer").error("after_commit_failed")
logging.getLogger("aiohttp.server").error("from 192.0.2.1: Ann")
def sign_in(password):
    raise KeyError("unforeseen")
try:
    sign_in("hunter2")
except KeyError:
    logger("http").exception("request_failed")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    events = [line["event"] for line in lines]
    assert events == ["step_failed", "after_commit_failed", "library", "request_failed"]
    assert lines[0]["why"] == "disk_full"
    assert "hunter2" not in done.stderr and "Ann" not in done.stderr
