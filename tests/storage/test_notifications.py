"""Contract: channels, outbox, push, notices and instant replies; what is sealed of them."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from roll_call.errors import NotFound, StorageError
from roll_call.notices import Notice
from roll_call.notifications import (
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Message,
    Recipient,
    RecipientKind,
)
from roll_call.people import Subject, SubjectKind
from roll_call.ports.notify_store import PushSubscription
from roll_call.ports.store import Store, Transaction
from roll_call.text_notice import (
    Asks,
    Health,
    InstantReply,
    NoticeReceipt,
    ReceiptAnswer,
    Tally,
    TextNotice,
)
from storage.sqlite import DATABASE_NAME
from tests.storage.cast import NINE, change, person

EAST = Subject(SubjectKind.UNIT, "east")
CHANNEL = Channel(
    id="hook",
    kind=ChannelKind.WEBHOOK,
    name="值班群",
    active=True,
    to_officers=frozenset({Notice.EMERGENCY}),
    to_persons=frozenset({Notice.CALLED}),
    names=False,
    shown="https://sink.example/…",
    added_at=NINE,
)
SECRETS = {"url": "https://sink.example/hook-path", "secret": "whispered-secret"}
BROWSER = PushSubscription("b1", person("li"), "ab" * 32, "https://push.example", NINE)
KEYS = {"endpoint": "https://push.example/only-lis", "p256dh": "point-of-li", "auth": "auth-of-li"}
TO_LI = Message(Notice.CALLED, Recipient(RecipientKind.PERSON, "li"), "entry", "e-li", NINE)
WAITING = Delivery("d1", "hook", TO_LI, DeliveryState.PENDING, NINE, NINE)
TEXT = TextNotice("n1", "zhao", NINE, "三点前报告", Asks.ON_TIME, False, True, "units")
SAID = InstantReply("e-li", "li", NINE, Health.UNWELL, "在医院", 31.2304, 121.4737, 35.0)


def notified(tx: Transaction) -> None:
    """One of each."""
    tx.notifications.save_channel(CHANNEL, SECRETS, change("added"))
    tx.notifications.add_push_subscription(BROWSER, KEYS, change("subscribed"))
    tx.notifications.add_deliveries([WAITING], change("queued"))
    tx.notices.add_notice(TEXT, [EAST, person("li")], change("sent"))
    tx.notices.save_instant_reply(SAID, change("replied"))


async def test_what_goes_in_comes_back(store: Store) -> None:
    await store.write(notified)
    assert await store.read(lambda r: r.notifications.channels()) == (CHANNEL,)
    assert await store.read(lambda r: r.notifications.channel_secrets("hook")) == SECRETS
    mine = await store.read(lambda r: r.notifications.push_subscriptions(person("li")))
    assert mine == (BROWSER,)
    assert await store.read(lambda r: r.notifications.push_secrets("b1")) == KEYS
    assert await store.read(lambda r: r.notices.instant_reply("e-li")) == SAID
    assert await store.read(lambda r: r.notices.instant_replies("morning")) == {"e-li": SAID}
    renamed = replace(CHANNEL, name="夜班群")
    await store.write(lambda t: t.notifications.save_channel(renamed, None, change("changed")))
    assert await store.read(lambda r: r.notifications.channel_secrets("hook")) == SECRETS
    await store.write(lambda t: t.notifications.remove_channel("hook", change("removed")))
    with pytest.raises(NotFound):
        await store.read(lambda r: r.notifications.channel_secrets("hook"))


async def test_a_delivery_has_one_claimer_and_is_due_again_after_its_lease(store: Store) -> None:
    await store.write(notified)
    later = NINE + timedelta(minutes=2)
    claims = [
        await store.write(lambda t: t.notifications.claim_delivery(WAITING, later))
        for _ in range(2)
    ]
    assert claims == [True, False]
    assert await store.read(lambda r: r.notifications.due_deliveries(NINE, 9)) == ()
    (again,) = await store.read(lambda r: r.notifications.due_deliveries(later, 9))
    assert again == replace(WAITING, due_at=later, attempts=1)
    done = replace(
        again, state=DeliveryState.DELIVERED, due_at=None, outcome="http_204", settled_at=later
    )
    await store.write(lambda t: t.notifications.settle_delivery(done, change("delivered")))
    assert await store.read(lambda r: r.notifications.deliveries(9)) == (done,)
    assert await store.read(lambda r: r.notifications.next_delivery_at()) is None


async def test_a_notice_is_counted_by_receiver_and_by_unit(store: Store) -> None:
    await store.write(notified)
    seen = NoticeReceipt("n1", EAST).seen(ReceiptAnswer.EXCEPTION, "停电", NINE)
    await store.write(lambda t: t.notices.save_receipt(seen, change("seen")))
    assert await store.read(lambda r: r.notices.notice_receipt("n1", EAST)) == seen
    for units, tally in ((None, Tally(2, 1, 1, 1)), (["east"], Tally(2, 1, 1, 1))):
        assert await store.read(lambda r, u=units: r.notices.tallies(["n1"], u)) == {"n1": tally}  # type: ignore[misc]
    assert await store.read(lambda r: r.notices.tallies(["n1"], ["west"])) == {}
    assert await store.read(lambda r: r.notices.open_notices(EAST, NINE)) == ()
    (waiting,) = await store.read(lambda r: r.notices.open_notices(person("li"), NINE))
    assert waiting == (TEXT, NoticeReceipt("n1", person("li")))


async def test_addresses_keys_and_replies_lie_on_disk_sealed(store: Store, data_dir: Path) -> None:
    await store.write(notified)
    on_disk = b"".join(path.read_bytes() for path in data_dir.glob("rollcall.*"))
    for clear in (*SECRETS.values(), *KEYS.values(), SAID.note, "31.2304", "unwell"):
        assert clear.encode() not in on_disk, clear


@pytest.mark.parametrize(
    ("table", "key", "other"),
    [("channels", "id", "hook2"), ("push_subscriptions", "id", "b2")],
)
async def test_sealed_secrets_open_only_in_their_own_row(
    store: Store, data_dir: Path, table: str, key: str, other: str
) -> None:
    await store.write(notified)

    def second(tx: Transaction) -> None:
        twin, browser = replace(CHANNEL, id="hook2"), replace(BROWSER, id="b2", endpoint_hash="c")
        tx.notifications.save_channel(twin, {"url": "u", "secret": "s"}, change("added"))
        tx.notifications.add_push_subscription(browser, {"endpoint": "e"}, change("subscribed"))

    await store.write(second)
    await store.close()
    with sqlite3.connect(data_dir / DATABASE_NAME) as raw:
        moved = f"SELECT sealed FROM {table} WHERE {key} <> ?"
        raw.execute(f"UPDATE {table} SET sealed = ({moved}) WHERE {key} = ?", (other, other))
    raw.close()
    await store.open()
    with pytest.raises(StorageError, match="sealed_value_damaged"):
        if table == "channels":
            await store.read(lambda r: r.notifications.channel_secrets(other))
        else:
            await store.read(lambda r: r.notifications.push_secrets(other))


async def test_with_the_persons_key_replies_and_browsers_keys_are_gone(store: Store) -> None:
    await store.write(notified)
    await store.write(lambda t: t.faces.destroy_key(person("li"), change("destroyed")))
    assert await store.read(lambda r: r.notices.instant_reply("e-li")) is None
    assert await store.read(lambda r: r.notices.instant_replies("morning")) == {}
    with pytest.raises(StorageError, match="key_destroyed"):
        await store.read(lambda r: r.notifications.push_secrets("b1"))
    assert await store.read(lambda r: r.notifications.channel_secrets("hook")) == SECRETS


async def test_the_log_has_neither_addresses_nor_words_nor_places(store: Store) -> None:
    await store.write(notified)
    rows = await store.read(lambda r: r.log.after(0, 1000))
    written = " ".join(str(row.payload) for row in rows)
    assert "instant_reply" in {row.kind.partition(".")[0] for row in rows}
    for clear in (*SECRETS.values(), *KEYS.values(), SAID.note, "31.2304", "unwell"):
        assert clear not in written, clear
