"""Phones on the LAN: the site's own certificate, a check-in over https and wss."""

import base64
import hashlib
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Error

from tests.e2e import cast
from tests.e2e.background import Background
from tests.e2e.browser import launch, phone
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import Town

CLI = [sys.executable, "-m", "server.cli"]


@pytest.fixture
def secure_town(background: Background, tmp_path: Path) -> Iterator[Town]:
    """A server with HTTPS alone, whose authority its staff trust as a phone that installed it."""
    data = tmp_path / "data"
    subprocess.run([*CLI, "tls", "init", "--data", str(data)], check=True, capture_output=True)
    trust = ssl.create_default_context(cafile=data / "tls" / "ca.pem")
    town = Town(background, data, "--tls", tls=trust)
    yield town
    town.close()


def fingerprint(data: Path) -> str:
    """SHA-256 of the server's public key, as Chromium wants it named."""
    leaf = x509.load_pem_x509_certificate((data / "tls" / "server.pem").read_bytes())
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def test_a_check_in_over_https(browser: Browser, secure_town: Town) -> None:
    face = sorted(cast.faces())[0]
    person = secure_town.person("马丽华", cast.enrolment_pictures(face))
    link = secure_town.link(person)
    assert link.startswith("https://")
    with phone(browser) as untold, pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        untold.new_page().goto(link)
    trusting = launch(
        browser.browser_type,
        f"--ignore-certificate-errors-spki-list={fingerprint(secure_town.data)}",
    )
    with phone(trusting) as mobile:
        cast.portrait(face).appear(mobile)
        owner = PhoneUser(mobile, link)
        sockets: list[str] = []
        owner.page.on("websocket", lambda socket: sockets.append(socket.url))
        owner.page.reload()
        assert owner.page.evaluate("isSecureContext && location.protocol") == "https:"
        assert owner.check_in()[0] == "present"
        assert sockets and all(url.startswith("wss://") for url in sockets), json.dumps(sockets)
    trusting.close()
    assert secure_town.entry(person)["entry"]["state"] == "present"
