"""The ticket queue: fair, bounded, and deaf to whoever asks again."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from roll_call.ports.media import MediaStalled
from server.check_in.queue import TicketQueue
from server.messages import Consent, HangUp, Offer, TakeTicket
from tests.server.conftest import bound_phone, enrol
from tests.server.steps import look
from tests.server.test_duty import answer_call, call_office
from tests.server.town import Phone, Staff, Town

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


def test_first_come_first_served_and_bounded() -> None:
    queue = TicketQueue(2)
    for n in range(5):
        queue.join(f"e{n}", at(n))
        queue.ready(f"e{n}")
    assert queue.admit() == ["e0", "e1"] and queue.admit() == []
    assert queue.positions() == {"e2": 0, "e3": 1, "e4": 2}
    queue.leave("e0")
    assert queue.admit() == ["e2"]


def test_who_still_reads_the_notice_keeps_the_place_and_holds_nobody_up() -> None:
    queue = TicketQueue(1)
    queue.join("slow", at(0))
    queue.join("quick", at(1))
    queue.ready("quick")
    assert queue.admit() == ["quick"]
    queue.ready("slow")
    queue.join("late", at(2))
    queue.ready("late")
    queue.leave("quick")
    assert queue.admit() == ["slow"]


def test_asking_again_neither_wins_nor_loses_a_place() -> None:
    queue = TicketQueue(0)
    for n in range(3):
        queue.join(f"e{n}", at(n))
    queue.join("e2", at(-10))
    queue.join("e0", at(99))
    assert list(queue.positions()) == ["e0", "e1", "e2"]


def test_a_session_from_before_a_restart_takes_its_room_back() -> None:
    queue = TicketQueue(1)
    queue.join("new", at(5))
    queue.ready("new")
    queue.resume("old")
    assert queue.admit() == []
    queue.leave("old")
    assert queue.admit() == ["new"]


@given(st.integers(1, 6), st.integers(0, 40), st.integers(0, 2**32))
def test_everybody_is_served_once_in_order_of_arrival(
    capacity: int, people: int, seed: int
) -> None:
    chance = random.Random(seed)
    queue = TicketQueue(capacity)
    order = list(range(people))
    chance.shuffle(order)
    for n in order:
        queue.join(str(n), at(n))
        queue.ready(str(n))
    served: list[str] = []
    being_served: list[str] = []
    while len(served) < people:
        admitted = queue.admit()
        being_served += admitted
        served += admitted
        assert 0 < len(being_served) <= capacity
        gone = chance.choice(being_served)
        being_served.remove(gone)
        queue.leave(gone)
    assert served == [str(n) for n in range(people)]


async def crowd(town: Town, duty: Staff, count: int) -> tuple[list[Phone], list[str]]:
    """So many persons who arrived one after the other; their phones and entries."""
    persons = []
    for n in range(count):
        person = await duty.post(
            "/api/persons",
            {"name": f"p{n}", "dossier_number": f"Q-{n}", "office_ids": [town.ids["east"]]},
        )
        await enrol(duty, person["id"])
        persons.append(person["id"])
    made = await duty.post("/api/roll-calls", {"person_ids": persons})
    entries = await duty.get(f"/api/roll-calls/{made['id']}/entries")
    entry_of = {entry["subject_id"]: entry["id"] for entry in entries}
    phones: list[Phone] = []
    for person_id in persons:
        phone = await bound_phone(town, duty, person_id)
        await phone.enter()
        town.clock.forward(seconds=1)
        await phone.wire.say(TakeTicket(entry_id=entry_of[person_id]))
        await phone.wire.expect("ticket")
        await phone.wire.say(Consent(face_verification=True))
        phones.append(phone)
    for phone in phones[:6]:
        await phone.wire.expect("session")
    return phones, [entry_of[person_id] for person_id in persons]


async def test_the_seventh_phone_waits_and_is_told_its_place(town: Town, duty: Staff) -> None:
    phones, entries = await crowd(town, duty, 8)
    assert "session" not in phones[6].wire.kinds
    await phones[7].wire.say(TakeTicket(entry_id=entries[7]))
    ticket = await phones[7].wire.expect("ticket")
    assert (ticket.number, ticket.position) == (8, 1)
    await phones[0].wire.say(HangUp())
    await phones[6].wire.expect("session")
    assert (await phones[7].wire.expect("ticket")).position == 0


async def test_who_answers_without_a_picture_holds_nobody_up(town: Town, duty: Staff) -> None:
    phones, _ = await crowd(town, duty, 7)
    await phones[0].wire.say(Offer(sdp="v=0 offer"))
    await phones[0].wire.expect("answer")
    peer = town.engine.flow()
    await look(town, peer, 4)
    await phones[0].wire.expect("questions")
    assert "session" not in phones[6].wire.kinds
    town.engine.emit(MediaStalled(peer, 2.0))
    await phones[6].wire.expect("session")


async def test_an_office_does_not_wait_behind_persons(town: Town, duty: Staff) -> None:
    phones, _ = await crowd(town, duty, 7)
    await answer_call(town, await call_office(town, duty))
    assert "session" not in phones[6].wire.kinds
