"""Thousands of malformed messages: each gets a typed error or ends its socket, and harms nobody."""

import asyncio
import base64
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from itertools import islice

import pytest
import pytest_asyncio
from aiohttp import WSMsgType
from websockets.exceptions import ConnectionClosed

from server import messages as m
from server.messages import Answer, Failure, Offer
from server.simulate.phone import Conversation, SimulatedPhone
from server.simulate.scenario import DuePerson
from tests.faults.station import (
    Handset,
    Station,
    actor,
    handset,
    pictures,
    running,
    unknown_handset,
)
from tests.fuzz.mutants import malformed, mutated_sdp

pytestmark = [pytest.mark.serial, pytest.mark.quiet, pytest.mark.asyncio(loop_scope="module")]

ENVIRONMENT = {
    "ROLLCALL_SERVER__MESSAGES_PER_SECOND": "1000",
    "ROLLCALL_SERVER__MESSAGE_BURST": "10000",
    "ROLLCALL_SERVER__BAD_MESSAGES": "100",
}
"""Malformed messages, not their number, are the matter here: the limits are tests/server's."""
SEED = 20261121
SOCKETS, EACH = 20, 100
STRANGERS = 100
OFFERS = 250
WALKS, WALK_STEPS = 12, 30
WALK_ENDS = {"calling", "arrived", "in_session", "review"}
LARGEST_BYTES = 196_608
PICTURES = 16
TYPED = {"bad_message", "too_large"}
SDP_CODES = {"sdp_invalid", "sdp_too_large", "codec_unsupported", "too_large"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def patient(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Station]:
    """A server that listens to nonsense for longer than it usually would."""
    async with running(tmp_path_factory.mktemp("patient") / "data", ENVIRONMENT) as station:
        yield station


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def nobody_is_harmed(patient: Station) -> AsyncIterator[None]:
    """After every test the same process still serves, and nobody is absent."""
    yield
    await patient.is_unharmed()


async def check_in(station: Station, person: DuePerson) -> Conversation:
    """A person who minds their own business."""
    return await SimulatedPhone(station.url, person.device).check_in(actor(), person.entry_id)


async def annoy(station: Station, person: DuePerson, seed: int) -> Counter[str]:
    """One phone sends nonsense until it is closed; returns the codes that it was answered."""
    codes: Counter[str] = Counter()
    async with handset(station.url, person.device) as phone:
        await phone.enter(person.entry_id)
        for text in islice(malformed(seed), EACH):
            await phone.say(text)
        while (message := await phone.next()) is not None:
            assert isinstance(message, Failure), message
            assert message.message
            codes[message.code] += 1
    return codes


async def test_nonsense_is_answered_and_disturbs_nobody(patient: Station) -> None:
    bystander = await patient.due("周玉珍")
    annoying = [await patient.due("某人", enrolled=False) for _ in range(5)]
    quiet = asyncio.create_task(check_in(patient, bystander))
    codes: Counter[str] = Counter()
    for round_number in range(SOCKETS):
        person = annoying[round_number % len(annoying)]
        codes += await annoy(patient, person, SEED + round_number)
    conversation = await quiet
    assert conversation.receipt is not None and conversation.receipt.state == "present"
    # Every mutant was answered; the last of each socket by saying goodbye as well.
    assert set(codes) <= TYPED | {"too_many_bad_messages"}, codes
    assert sum(codes[code] for code in TYPED) == SOCKETS * EACH, codes
    assert codes["too_many_bad_messages"] == SOCKETS


async def test_nonsense_instead_of_a_hello_ends_the_socket(patient: Station) -> None:
    for text in islice(malformed(SEED), STRANGERS):
        async with unknown_handset(patient.url) as phone:
            await phone.expect("challenge")
            await phone.say(text)
            refused: Failure = await phone.expect("error")
            assert refused.fatal and refused.code in TYPED, (text, refused)
            assert await phone.next() is None


async def test_a_consoles_nonsense_is_answered_too(patient: Station) -> None:
    async with await patient.staff.web_socket() as console:
        await console.receive_json()
        await console.send_json({"type": "hello", "role": "console"})
        for text in islice(malformed(SEED + 999), EACH):
            await console.send_str(text)
        codes: Counter[str] = Counter()
        async for raw in console:
            if raw.type is WSMsgType.TEXT and json.loads(raw.data)["type"] == "error":
                codes[json.loads(raw.data)["code"]] += 1
    assert sum(codes[code] for code in TYPED) == EACH, codes


@pytest.mark.parametrize("size", [LARGEST_BYTES + 1, 1_000_000, 20_000_000])
async def test_an_oversized_message_closes_its_own_socket_only(patient: Station, size: int) -> None:
    person = await patient.due("某人", enrolled=False)
    async with AsyncExitStack() as stack:
        bystander = await stack.enter_async_context(unknown_handset(patient.url))
        await bystander.expect("challenge")
        phone = await stack.enter_async_context(handset(patient.url, person.device))
        with suppress(ConnectionClosed):
            await phone.say('{"type": "hang_up", "x": "' + "x" * size + '"}')
        assert await phone.next() is None
        assert phone.socket.close_code == 1009
        await bystander.say("{}")
        await bystander.expect("error")


async def test_bytes_are_not_a_message(patient: Station) -> None:
    person = await patient.due("某人", enrolled=False)
    chance = random.Random(SEED)
    async with handset(patient.url, person.device) as phone:
        for size in (0, 1, 100, 60_000):
            await phone.say(chance.randbytes(size))
            assert (await phone.expect("error")).code == "bad_message"


async def test_every_spoilt_offer_is_answered_and_a_good_one_still_works(
    patient: Station,
) -> None:
    person = await patient.due("刘洋", liveness=False)
    async with handset(patient.url, person.device) as phone:
        await phone.enter(person.entry_id)
        good = await phone.offer_of(actor())
        answers = 0
        for sdp in islice(mutated_sdp(SEED, good), OFFERS):
            await phone.say(Offer(sdp=sdp))
            answers += await answered(phone, sdp)
        assert 0 < answers < OFFERS
        await phone.say(Offer(sdp=await phone.offer_of(actor())))
        receipt = await phone.finish()
    verdicts = (await patient.entry(person.entry_id))["verdicts"]
    assert [verdict["state"] for verdict in verdicts] == ["match"], receipt


async def test_valid_messages_in_any_order_harm_nobody(patient: Station) -> None:
    chance = random.Random(SEED)
    for _ in range(WALKS):
        person = await patient.due("某人", enrolled=chance.random() < 0.3, liveness=False)
        async with handset(patient.url, person.device) as phone:
            good = await phone.offer_of(actor())
            steps: list[m.Message] = [
                m.TakeTicket(entry_id=person.entry_id),
                m.TakeTicket(entry_id=person.entry_id),
                m.Consent(face_verification=True),
                m.Consent(face_verification=False),
                m.CameraProblem(problem="denied"),
                m.Offer(sdp=good),
                m.Offer(purpose="view", sdp=good),
                m.Answers(items={"where": "home"}),
                m.Location(latitude=0, longitude=0, accuracy_m=0),
                m.LocationDeclined(),
                m.EnrolmentPicture(data="/9j/"),
                m.EnrolmentSubmit(),
                m.HangUp(),
                m.Route(mid="0", session_id=None),
                m.Hello(role="phone"),
            ]
            for step in chance.choices(steps, k=WALK_STEPS):
                await phone.say(step)
                await asyncio.sleep(chance.choice((0, 0, 0.02)))
            await phone.say("end of the walk")
            while (await phone.expect("error")).code != "bad_message":
                pass
            assert not any(s.type == "error" and s.code == "internal" for s in phone.seen)
        assert (await patient.outcome(person.entry_id))[0] in WALK_ENDS


async def test_every_spoilt_picture_is_answered_and_a_good_one_still_counts(
    patient: Station,
) -> None:
    chance, good = random.Random(SEED), pictures()
    person = await patient.due("何静", enrolled=False)
    path = f"/api/persons/{person.person_id}/self-enrolment"
    await patient.staff.request("POST", path, {"wanted": True})
    async with handset(patient.url, person.device) as phone:
        await phone.expect("enrolment_state")
        for _ in range(PICTURES):
            spoilt = spoil(chance, chance.choice(good))
            await phone.say(m.EnrolmentPicture(data=base64.b64encode(spoilt).decode()))
            message = await phone.next(20.0)
            assert isinstance(message, Failure | m.PictureSeen), message
            assert not isinstance(message, Failure) or message.code == "picture_unreadable"
        await phone.say(m.EnrolmentSubmit(agreed=False))
        for number, picture in enumerate(good, 1):
            await phone.say(m.EnrolmentPicture(data=base64.b64encode(picture).decode()))
            assert (await phone.expect("picture_seen")).taken == number


def spoil(chance: random.Random, picture: bytes) -> bytes:
    """A JPEG that was cut off, or in which some bytes are others."""
    if chance.random() < 0.3:
        return picture[: chance.randrange(4, len(picture))]
    data = bytearray(picture)
    for _ in range(chance.randrange(1, 200)):
        data[chance.randrange(3, len(data))] = chance.randrange(256)
    return bytes(data)


async def answered(phone: Handset, sdp: str) -> bool:
    """Whether an offer was taken; a refusal must say why. Silence is a failure."""
    while True:
        message = await phone.next(10.0)
        if isinstance(message, Answer):
            return True
        if isinstance(message, Failure):
            assert message.code in SDP_CODES and not message.fatal, (sdp, message)
            return False
        assert message is not None
