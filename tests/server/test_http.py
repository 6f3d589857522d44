"""The HTTP surface: headers, limits, pages, paths that try to climb, requests that never end."""

import asyncio
import time
from pathlib import Path

import pytest
from yarl import URL

from tests.server.conftest import settle_in
from tests.server.town import Staff, Town, make_town


async def test_every_answer_carries_the_security_headers(town: Town, duty: Staff) -> None:
    (town.data / "dist" / "assets").mkdir(parents=True)
    (town.data / "dist" / "console.html").write_text("<p>console")
    for path in ("/", "/today", "/api/session", "/api/nothing", "/healthz", "/assets/none.js"):
        async with duty.http.get(town.url + path) as reply:
            policy = reply.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy and "unsafe" not in policy
            assert f"ws://{town.url.removeprefix('http://')}" in policy
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert "camera=(self)" in reply.headers["Permissions-Policy"]
            assert "aiohttp" not in reply.headers["Server"].lower()


async def test_pages_and_their_routes(town: Town, duty: Staff) -> None:
    dist = town.data / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "console.html").write_text("the console")
    (dist / "phone.html").write_text("the phone")
    (dist / "assets" / "a-1.js").write_text("code")
    (town.data / "secret.txt").write_text("secret")
    for path, content in (
        ("/", "the console"),
        ("/review/abc", "the console"),
        ("/p", "the phone"),
        ("/assets/a-1.js", "code"),
    ):
        async with duty.http.get(town.url + path) as reply:
            assert reply.status == 200 and await reply.text() == content
    async with duty.http.get(town.url + "/assets/a-1.js") as reply:
        assert "immutable" in reply.headers["Cache-Control"]


CLIMBING = [
    "/assets/../../secret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/....//....//secret.txt",
    "/assets//etc/passwd",
    "/assets/%2fetc%2fpasswd",
    "/assets/%00",
    "/api/recordings/..%2f..%2frollcall.db/media",
    "/api/recordings/%2e%2e/media",
]


@pytest.mark.parametrize("path", CLIMBING)
async def test_no_path_leads_outside(town: Town, duty: Staff, path: str) -> None:
    (town.data / "dist" / "assets").mkdir(parents=True)
    (town.data / "secret.txt").write_text("secret")
    async with duty.http.get(URL(town.url + path, encoded=True)) as reply:
        body = await reply.text()
    assert reply.status in (400, 404, 503) and "secret" not in body and "root:" not in body


async def test_a_body_beyond_its_limit_is_refused(town: Town, duty: Staff) -> None:
    big = {"name": "x" * 300_000, "kind": "prison"}
    status, data = await duty.ask("POST", "/api/units", big)
    assert (status, data["error"]["code"]) == (413, "too_large")


async def test_broken_and_deep_json_is_refused(town: Town, duty: Staff) -> None:
    for raw in (b"{", b"[" * 50_000, b"\xff\xfe", b""):
        async with duty.http.post(
            town.url + "/api/units", data=raw, headers={"Origin": town.url}
        ) as reply:
            assert reply.status == 400, raw[:5]
            assert (await reply.json())["error"]["code"] in ("bad_json", "invalid_input")


async def test_unknown_fields_are_refused(town: Town, duty: Staff) -> None:
    body = {"name": "x", "kind": "prison", "admin": True}
    status, data = await duty.ask("POST", "/api/units", body)
    assert (status, data["error"]["code"]) == (400, "invalid_input")
    assert data["error"]["params"]["fields"] == "admin"


async def test_half_sent_headers_do_not_stay_open(tmp_path: Path) -> None:
    place = make_town(tmp_path / "data", server={"header_timeout_s": 1.0})
    async with place.running():
        host, port = place.url.removeprefix("http://").split(":")
        sockets = []
        for start in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET /api/setup HT"):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(start)
            sockets.append((reader, writer))
        begun = time.monotonic()
        for reader, writer in sockets:
            assert await reader.read() == b""
            writer.close()
        assert time.monotonic() - begun < 30


async def test_healthz_and_health(town: Town) -> None:
    admin = Staff(town)
    status, body = await admin.ask("GET", "/healthz")
    assert (status, body) == (200, b"ok\n")
    await admin.sign_in("admin")
    figures = await admin.get("/api/health")
    assert figures["sessions"] == 0 and figures["loop_lag_p99_ms"] >= 0
    assert (await admin.ask("POST", "/api/health/reset"))[0] == 204


async def test_an_unforeseen_error_is_a_plain_500(tmp_path: Path) -> None:
    place = make_town(tmp_path / "data")
    async with place.running():
        await settle_in(place)
        staff = Staff(place)
        await staff.sign_in("duty")

        async def broken(*_: object) -> None:
            raise ZeroDivisionError("secret detail")

        object.__setattr__(place.services.views, "saw", broken)
        status, data = await staff.ask("GET", "/api/persons")
        assert status == 500 and data["error"]["code"] == "internal"
        assert "secret detail" not in str(data)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30"])
async def test_a_day_beyond_the_calendar_is_refused(town: Town, duty: Staff, day: str) -> None:
    status, data = await duty.ask("GET", f"/api/roll-calls?day={day}")
    assert (status, data["error"]["code"]) == (400, "bad_time")
