"""Contract: one-time links, devices, signed-in staff."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from roll_call.errors import Conflict, InvalidInput, NotFound
from roll_call.ports.records import Device, OneTimeLink, StaffSession
from roll_call.ports.store import Store
from tests.storage.cast import NINE, change

LINK = OneTimeLink("hash", "li", "zhao", NINE, NINE + timedelta(minutes=10), entry_id="e-li")


def phone(name: str) -> Device:
    """A phone of Li's."""
    return Device(name, "li", {"kty": "EC", "crv": "P-256", "x": name, "y": "b"}, NINE)


async def test_a_link_binds_one_device(store: Store) -> None:
    await store.write(lambda tx: tx.access.add_link(LINK, change("made")))
    assert await store.read(lambda r: r.access.link("hash")) == LINK
    redeemed = await store.write(lambda tx: tx.access.redeem_link("hash", phone("a"), change("b")))
    assert redeemed == replace(LINK, redeemed_at=NINE, device_id="a")
    assert await store.read(lambda r: r.access.link("hash")) == redeemed
    assert await store.read(lambda r: r.access.device("a")) == phone("a")
    assert await store.read(lambda r: r.access.bound_person_ids()) == {"li"}


async def test_a_second_redemption_is_refused(store: Store) -> None:
    await store.write(lambda tx: tx.access.add_link(LINK, change("made")))
    await store.write(lambda tx: tx.access.redeem_link("hash", phone("a"), change("bound")))
    with pytest.raises(Conflict, match="link_used"):
        await store.write(lambda tx: tx.access.redeem_link("hash", phone("b"), change("bound")))
    assert await store.read(lambda r: r.access.devices_of("li")) == (phone("a"),)


async def test_the_same_key_again_gets_the_same_device(store: Store) -> None:
    await store.write(lambda tx: tx.access.add_link(LINK, change("made")))
    await store.write(lambda tx: tx.access.redeem_link("hash", phone("a"), change("bound")))
    retry = replace(phone("a"), id="other id")
    again = await store.write(lambda tx: tx.access.redeem_link("hash", retry, change("bound")))
    assert again.device_id == "a"
    assert await store.read(lambda r: r.access.devices_of("li")) == (phone("a"),)
    await store.write(lambda tx: tx.access.revoke_device("a", change("revoked")))
    with pytest.raises(Conflict, match="link_used"):
        await store.write(lambda tx: tx.access.redeem_link("hash", retry, change("bound")))


async def test_of_many_devices_at_once_exactly_one_is_bound(store: Store) -> None:
    await store.write(lambda tx: tx.access.add_link(LINK, change("made")))
    outcomes = await asyncio.gather(
        *(
            store.write(lambda tx, n=n: tx.access.redeem_link("hash", phone(f"p{n}"), change("b")))
            for n in range(16)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, OneTimeLink) for outcome in outcomes) == 1
    assert len(await store.read(lambda r: r.access.devices_of("li"))) == 1


async def test_an_expired_an_unknown_and_another_persons_link(store: Store) -> None:
    await store.write(lambda tx: tx.access.add_link(LINK, change("made")))
    with pytest.raises(Conflict, match="link_expired"):
        await store.write(lambda tx: tx.access.redeem_link("hash", phone("a"), change("b", 10)))
    with pytest.raises(NotFound, match="link_unknown"):
        await store.write(lambda tx: tx.access.redeem_link("guess", phone("a"), change("b")))
    with pytest.raises(InvalidInput):
        others = replace(phone("a"), person_id="han")
        await store.write(lambda tx: tx.access.redeem_link("hash", others, change("b")))


async def test_a_new_phone_replaces_the_old_one(store: Store) -> None:
    for token, name in (("one", "a"), ("two", "b")):
        link = replace(LINK, token_hash=token)
        await store.write(lambda tx, k=link: tx.access.add_link(k, change("made")))
        await store.write(
            lambda tx, t=token, n=name: tx.access.redeem_link(t, phone(n), change("bound", 1))
        )
    old, new = await store.read(lambda r: r.access.devices_of("li"))
    assert old.revoked_at == NINE + timedelta(minutes=1) and new.revoked_at is None


async def test_a_staff_session_ends_by_itself_by_hand_or_for_all(store: Store) -> None:
    def session(token: str) -> StaffSession:
        return StaffSession(token, "zhao", NINE, NINE + timedelta(hours=1))

    for token in ("a", "b", "c"):
        await store.write(lambda tx, t=token: tx.access.add_staff_session(session(t), change("in")))
    assert await store.read(lambda r: r.access.staff_session("a", NINE)) == session("a")
    late = NINE + timedelta(hours=1)
    assert await store.read(lambda r: r.access.staff_session("a", late)) is None
    await store.write(lambda tx: tx.access.end_staff_session("a", change("out")))
    await store.write(lambda tx: tx.access.end_staff_session("a", change("out")))
    assert await store.read(lambda r: r.access.staff_session("a", NINE)) is None
    await store.write(lambda tx: tx.access.end_staff_sessions_of("zhao", change("out_all")))
    assert await store.read(lambda r: r.access.staff_session("b", NINE)) is None


async def test_what_expired_is_purged_and_what_was_used_stays(store: Store) -> None:
    await store.write(lambda tx: tx.access.add_link(LINK, change("made")))
    unused = replace(LINK, token_hash="unused")
    await store.write(lambda tx: tx.access.add_link(unused, change("made")))
    await store.write(lambda tx: tx.access.redeem_link("hash", phone("a"), change("bound")))
    assert await store.write(lambda tx: tx.access.purge_expired(NINE)) == 0
    assert await store.write(lambda tx: tx.access.purge_expired(NINE + timedelta(days=1))) == 1
    assert await store.read(lambda r: r.access.link("hash")) is not None


async def test_no_token_reaches_the_log(store: Store) -> None:
    await store.write(lambda tx: tx.access.add_link(LINK, change("made")))
    await store.write(
        lambda tx: tx.access.add_staff_session(StaffSession("cookie", "zhao", NINE, NINE), change())
    )
    rows = await store.read(lambda r: r.log.after(0, 10_000))
    assert "'hash'" not in repr(rows) and "cookie" not in repr(rows)
