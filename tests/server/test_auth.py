"""Signing in: the cookie, its end, failed attempts, the first administrator."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.server.town import PASSWORD, Staff, Town, make_town

FIRST: dict[str, Any] = {
    "center": "C",
    "name": "N",
    "username": "admin",
    "password": PASSWORD,
}


async def test_the_cookie_is_httponly_and_strict_and_hashed_at_rest(town: Town) -> None:
    staff = Staff(town)
    async with staff.http.post(
        town.url + "/api/session",
        json={"username": "duty", "password": PASSWORD},
        headers={"Origin": town.url},
    ) as reply:
        cookie = reply.headers["Set-Cookie"]
        token = reply.cookies["rollcall_session"].value
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie  # plain HTTP on this machine
    with sqlite3.connect(town.data / "rollcall.db") as db:
        dump = "\n".join(db.iterdump())
    assert token not in dump and PASSWORD not in dump and "argon2id" in dump


async def test_a_sign_in_ends_when_idle_and_in_any_case(town: Town, duty: Staff) -> None:
    town.clock.forward(minutes=100)
    await duty.get("/api/session")
    town.clock.forward(minutes=121)
    assert (await duty.ask("GET", "/api/session"))[0] == 401
    await duty.sign_in("duty")
    for _ in range(9):
        town.clock.forward(minutes=100)
        status, _ = await duty.ask("GET", "/api/session")
    assert status == 401


async def test_signing_out_ends_it(town: Town, duty: Staff) -> None:
    assert (await duty.ask("DELETE", "/api/session"))[0] == 204
    assert (await duty.ask("GET", "/api/session"))[0] == 401
    assert (await duty.ask("DELETE", "/api/session"))[0] == 204


async def test_signing_out_closes_the_console_too(
    town: Town, duty: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.connections.sign_in_watch.RECHECK_S", 0.05)
    console = await duty.socket()
    await console.expect("live_changed")
    await duty.ask("DELETE", "/api/session")
    error = await console.expect("error")
    assert (error.code, error.fatal) == ("not_signed_in", True)
    assert await console.next() is None


async def test_signing_out_closes_the_terminal_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.connections.sign_in_watch.RECHECK_S", 0.05)
    office = Staff(town)
    await office.sign_in("east")
    terminal = await office.socket("terminal")
    await terminal.expect("welcome")
    await office.ask("DELETE", "/api/session")
    error = await terminal.expect("error")
    assert (error.code, error.fatal) == ("not_signed_in", True)
    assert await terminal.next() is None


async def test_failures_are_alike_and_counted(town: Town) -> None:
    staff = Staff(town)
    wrong = {"username": "duty", "password": "wrong password"}
    unknown = {"username": "nobody", "password": "wrong password"}
    first = await staff.ask("POST", "/api/session", wrong)
    second = await staff.ask("POST", "/api/session", unknown)
    assert first == second and first[1]["error"]["code"] == "sign_in_failed"
    for _ in range(town.settings.server.failed_sign_ins):
        status, data = await staff.ask("POST", "/api/session", wrong)
    assert (status, data["error"]["code"]) == (429, "rate_limited")
    right = {"username": "duty", "password": PASSWORD}
    assert (await staff.ask("POST", "/api/session", right))[0] == 429


@pytest.mark.parametrize("origin", ["https://evil.example", None])
async def test_mutations_from_foreign_pages_are_refused(
    town: Town, duty: Staff, origin: str | None
) -> None:
    body = {"name": "X", "kind": "prison"}
    status, data = await duty.ask("POST", "/api/units", body, origin=origin)
    assert (status, data["error"]["code"]) == (403, "foreign_origin")


async def test_the_first_administrator_needs_the_code_and_is_made_once(tmp_path: Path) -> None:
    place = make_town(tmp_path / "data")
    async with place.running():
        staff = Staff(place)
        assert (await staff.get("/api/setup"))["first_run"] is True
        status, data = await staff.ask("POST", "/api/setup", {**FIRST, "code": "WRONG-CODE0"})
        assert (status, data["error"]["code"]) == (403, "setup_code_wrong")
        code = place.services.first_run.code
        assert code is not None
        view = await staff.post("/api/setup", {**FIRST, "code": code.lower()})
        assert (
            view["officer"]["role"] == "administrator" and "manage_officers" in view["permissions"]
        )
        assert (await staff.get("/api/setup"))["first_run"] is False
        status, data = await staff.ask("POST", "/api/setup", {**FIRST, "code": code})
        assert (status, data["error"]["code"]) == (409, "setup_done")
    async with place.running():
        assert place.services.first_run.code is None


async def test_short_passwords_and_odd_names_are_refused(town: Town) -> None:
    admin = Staff(town)
    await admin.sign_in("admin")
    base = {"name": "N", "username": "n.n", "role": "reviewer", "unit_id": town.ids["east"]}
    for change in ({"password": "short"}, {"password": PASSWORD, "username": "a b"}):
        status, data = await admin.ask("POST", "/api/officers", {**base, **change})
        assert (status, data["error"]["code"]) == (400, "invalid_input")
    status, data = await admin.ask(
        "POST", "/api/officers", {**base, "password": PASSWORD, "username": "DUTY"}
    )
    assert (status, data["error"]["code"]) == (409, "username_taken")
    status, data = await admin.ask(
        "POST", "/api/officers", {**base, "password": PASSWORD, "role": "king"}
    )
    assert (status, data["error"]["code"]) == (400, "unknown_role")


async def test_guesses_side_by_side_are_counted_too(town: Town) -> None:
    staff = Staff(town)
    wrong = {"username": "duty", "password": "wrong password"}
    limit = town.settings.server.failed_sign_ins
    asked = (staff.ask("POST", "/api/session", wrong) for _ in range(limit * 3))
    statuses = [status for status, _ in await asyncio.gather(*asked)]
    assert (statuses.count(401), statuses.count(429)) == (limit, limit * 2)
