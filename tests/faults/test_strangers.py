"""Links, ids and roles that are not yours: refused with a code, in words, and nothing changes."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from server.errors import texts
from server.messages import Failure, Hello, TakeTicket
from server.simulate.device import DeviceKey
from server.simulate.staff import StaffClient, StaffFailure
from tests.faults.station import PASSWORD, Station, handset, unknown_handset

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="session")]

LOCALES = ("zh-CN", "en")


async def redeem(station: Station, url: str, locale: str) -> tuple[int, str, str]:
    """Status, code and message of redeeming a link with a new phone."""
    body = {"token": url.rpartition("#")[2], "public_key": DeviceKey().public_jwk()}
    headers = {"Origin": station.url, "Accept-Language": locale}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{station.url}/api/phone/redeem", json=body, headers=headers) as reply,
    ):
        error = (await reply.json()).get("error", {})
        return reply.status, error.get("code", ""), error.get("message", "")


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_link_is_used_once(station: Station, locale: str) -> None:
    person_id = await station.person("陈静", enrolled=False)
    url = (await station.staff.request("POST", f"/api/persons/{person_id}/link", {}))["url"]
    assert (await redeem(station, url, locale))[0] == 200
    message = texts(locale).word("errors", "link_used")
    assert await redeem(station, url, locale) == (403, "link_used", message)


async def test_an_invented_link_opens_nothing(station: Station) -> None:
    status, code, _ = await redeem(station, "/p#" + "A" * 43, "zh-CN")
    assert (status, code) == (403, "link_unknown")


@pytest.mark.parametrize("kind", ["roll-calls", "entries", "persons", "recordings"])
@pytest.mark.parametrize("name", ["0" * 32, "..%2f..%2frollcall.db", "x" * 2000, "%00", "点名"])
async def test_an_unknown_id_is_not_found(station: Station, kind: str, name: str) -> None:
    tail = {"roll-calls": "/entries", "recordings": "/media"}.get(kind, "")
    with pytest.raises(StaffFailure) as refusal:
        await station.staff.request("GET", f"/api/{kind}/{name}{tail}")
    assert refusal.value.status in (400, 404), refusal.value
    assert refusal.value.code not in ("unknown", "internal"), refusal.value
    assert refusal.value.message


@pytest.mark.parametrize("locale", LOCALES)
async def test_an_unknown_roll_call_is_a_clear_error_on_the_phone(
    station: Station, locale: str
) -> None:
    person = await station.due("杨帆", enrolled=False)
    async with handset(station.url, person.device, locale) as phone:
        await phone.say(TakeTicket(entry_id="0" * 32))
        refused: Failure = await phone.expect("error")
        assert refused.code == "unknown_entry" and not refused.fatal
        assert refused.message == texts(locale).word("errors", "unknown_entry")


async def test_nobody_checks_in_for_somebody_else(station: Station) -> None:
    victim = await station.due("黄敏", enrolled=False)
    before = await station.entry(victim.entry_id)
    thief = await station.due("赵强", enrolled=False)
    async with handset(station.url, thief.device) as phone:
        await phone.say(TakeTicket(entry_id=victim.entry_id))
        refused: Failure = await phone.expect("error")
        assert refused.code in {"not_allowed", "unknown_entry"} and refused.message
    after = await station.entry(victim.entry_id)
    assert after["entry"] == before["entry"]


@pytest.mark.parametrize("role", ["console", "terminal"])
async def test_a_phone_is_no_console(station: Station, role: str) -> None:
    person = await station.due("周杰", enrolled=False)
    async with unknown_handset(station.url) as phone:
        challenge = await phone.expect("challenge")
        signature = person.device.sign(challenge.nonce)
        await phone.say(
            Hello(role=role, device_id=person.device.device_id, signature=signature)  # type: ignore[arg-type]
        )
        refused: Failure = await phone.expect("error")
        assert refused.fatal and refused.code in {"not_signed_in", "foreign_origin"}
        assert await phone.next() is None


async def test_a_console_checks_nobody_in(station: Station) -> None:
    person = await station.due("吴磊", enrolled=False)
    async with await station.staff.web_socket() as console:
        await console.receive_json()
        await console.send_str(Hello(role="console").model_dump_json())
        await console.send_str(TakeTicket(entry_id=person.entry_id).model_dump_json())
        while (said := await console.receive_json(timeout=10))["type"] != "error":
            pass
        assert said["code"] in {"unexpected_message", "not_allowed"}
    assert (await station.outcome(person.entry_id))[0] == "calling"


async def test_an_office_neither_sees_nor_decides_anothers_case(station: Station) -> None:
    person = await station.due("徐丽", enrolled=False)
    login = {"username": "stranger", "password": PASSWORD}
    elsewhere = await station.office("河东司法所")
    officer = {"name": "孙涛", "role": "office_officer", "unit_id": elsewhere, **login}
    await station.staff.request("POST", "/api/officers", officer)
    verdict = {"outcome": "absent", "reason": "not_reached", "note": "x"}
    async with StaffClient(station.url) as stranger:
        await stranger.sign_in(**login)
        for method, path, body in (
            ("GET", f"/api/entries/{person.entry_id}", None),
            ("POST", f"/api/entries/{person.entry_id}/decision", verdict),
            ("POST", f"/api/entries/{person.entry_id}/call", {}),
            ("POST", f"/api/persons/{person.person_id}/link", {}),
            ("POST", "/api/roll-calls", {"person_ids": [person.person_id]}),
            ("POST", "/api/officers", officer),
        ):
            with pytest.raises(StaffFailure) as refusal:
                await stranger.request(method, path, body)
            assert refusal.value.status in (403, 404), (path, refusal.value)
            assert refusal.value.code in {"not_allowed", "not_found"}, (path, refusal.value)
        assert await stranger.request("GET", "/api/review") == []
        assert await stranger.request("GET", "/api/roll-calls") == []


async def test_the_machines_own_zone_matters_to_nobody(station: Station) -> None:
    before = datetime.now(UTC)
    person = await station.due("马超", enrolled=False)
    entry = (await station.entry(person.entry_id))["entry"]
    todays = await station.staff.request("GET", "/api/roll-calls")
    roll_call = next(found for found in todays if found["id"] == entry["roll_call_id"])
    opens_at = datetime.fromisoformat(roll_call["opens_at"])
    closes_at = datetime.fromisoformat(roll_call["closes_at"])
    assert roll_call["opens_at"].endswith("Z")
    assert before - timedelta(seconds=1) <= opens_at <= datetime.now(UTC)
    assert closes_at - opens_at == timedelta(minutes=60)
