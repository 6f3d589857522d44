"""A new model: templates are made anew from the pictures that are kept."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from roll_call.errors import ModelError
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import EnrolmentResult, ModelInfo
from roll_call.ports.records import Enrolment
from tests.server.conftest import bound_phone, enrol, settle_in, start_roll_call
from tests.server.fakes import FakeVerifier
from tests.server.steps import connect, look
from tests.server.town import Staff, Town, face, make_town

NEW = "another-model"


class NewVerifier(FakeVerifier):
    """Another model: it cannot use every picture, and may die in the middle."""

    model = NEW

    def __init__(self, useless: Sequence[bytes] = (), dies_after: int | None = None) -> None:
        super().__init__()
        self.useless = set(useless)
        self._left = dies_after

    async def enrol(self, pictures: Sequence[bytes]) -> EnrolmentResult:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                await asyncio.sleep(3600)
        return await super().enrol(pictures)


async def enrolled_town(tmp_path: Path) -> Town:
    """Ann and Bob are enrolled under the first model; the server is down."""
    town = make_town(tmp_path / "data")
    async with town.running():
        await settle_in(town)
        duty = await signed_in(town)
        await enrol(duty, town.ids["ann"])
        path = f"/api/persons/{town.ids['bob']}/enrolment"
        await duty.post(
            path,
            {
                "pictures": [face(b"face of bob " + how) for how in (b"1", b"2")],
                "provisional": True,
            },
        )
    return town


async def signed_in(town: Town) -> Staff:
    staff = Staff(town)
    await staff.sign_in("duty")
    return staff


async def settled(staff: Staff, done: int) -> dict[str, Any]:
    """The migration's figures once nobody waits."""
    for _ in range(200):
        figures: dict[str, Any] = await staff.get("/api/enrolments/migration")
        if not figures["waiting"] and figures["done"] + figures["failed"] >= done:
            return figures
        await asyncio.sleep(0.02)
    raise AssertionError(figures)


async def template(town: Town, name: str, model: str = NEW) -> Enrolment | None:
    subject = Subject(SubjectKind.PERSON, town.ids[name])
    return await town.services.store.read(lambda r: r.faces.enrolment(subject, model))


async def test_who_was_enrolled_before_is_verified_under_the_new_model(tmp_path: Path) -> None:
    town = await enrolled_town(tmp_path)
    town.new_verifier = NewVerifier
    async with town.running():
        duty = await signed_in(town)
        figures = await settled(duty, 2)
        assert figures == {"model": NEW, "done": 2, "waiting": 0, "failed": 0}
        _, entry_id = await start_roll_call(duty, town.ids["ann"])
        phone = await bound_phone(town, duty, town.ids["ann"])
        await phone.enter()
        peer = await connect(town, phone, entry_id)
        await look(town, peer, 1)
        opened = town.verifier.open_sessions[peer]
        assert opened is not None and opened.model == NEW


async def test_the_record_says_where_a_migrated_template_came_from(tmp_path: Path) -> None:
    town = await enrolled_town(tmp_path)
    town.new_verifier = NewVerifier
    async with town.running():
        duty = await signed_in(town)
        await settled(duty, 2)
        detail = await duty.get(f"/api/persons/{town.ids['bob']}/enrolment")
        current = detail["current"]
        assert (current["model"], current["source"], current["enrolled_by"]) == (
            NEW,
            "migration",
            "Duty",
        )
        assert current["provisional"] and [r["code"] for r in detail["reminders"]] == [
            "provisional"
        ]
        assert [(v["model"], v["version"]) for v in detail["history"]] == [
            (NEW, 1),
            ("fake-model", 1),
        ]


async def test_pictures_that_the_new_model_cannot_use_remind_of_a_new_enrolment(
    tmp_path: Path,
) -> None:
    town = await enrolled_town(tmp_path)
    async with town.running():
        bob = Subject(SubjectKind.PERSON, town.ids["bob"])
        pictures = await town.services.store.read(lambda r: r.faces.pictures(bob))
    town.new_verifier = lambda: NewVerifier(useless=[p.data for p in pictures])
    async with town.running():
        duty = await signed_in(town)
        figures = await settled(duty, 2)
        assert (figures["done"], figures["failed"]) == (1, 1)
        persons = {p["name"]: p["reminder"] for p in await duty.get("/api/persons")}
        assert persons == {"ann": None, "bob": "not_in_this_model"}
        assert await template(town, "bob") is None


async def test_a_stop_in_the_middle_is_resumed_by_the_next_start(tmp_path: Path) -> None:
    town = await enrolled_town(tmp_path)
    town.new_verifier = lambda: NewVerifier(dies_after=1)
    async with town.running():
        duty = await signed_in(town)
        for _ in range(200):
            if (await duty.get("/api/enrolments/migration"))["done"] == 1:
                break
            await asyncio.sleep(0.02)
    town.new_verifier = NewVerifier
    async with town.running():
        duty = await signed_in(town)
        assert (await settled(duty, 1))["done"] == 1
        both = [await template(town, name) for name in ("ann", "bob")]
        assert [found and found.version for found in both] == [1, 1]


async def test_who_is_enrolled_anew_meanwhile_keeps_the_new_template(tmp_path: Path) -> None:
    town = await enrolled_town(tmp_path)
    looked_at, go_on = asyncio.Event(), asyncio.Event()

    class Slow(NewVerifier):
        async def enrol(self, pictures: Sequence[bytes]) -> EnrolmentResult:
            if any(b"of bob" in picture for picture in pictures):
                looked_at.set()
                await go_on.wait()
            return await super().enrol(pictures)

    town.new_verifier = Slow
    async with town.running():
        duty = await signed_in(town)
        await looked_at.wait()
        path = f"/api/persons/{town.ids['bob']}/enrolment"
        pictures = [face(b"face of a barber's work " + how) for how in (b"1", b"2", b"3")]
        await duty.post(path, {"pictures": pictures})
        go_on.set()
        await settled(duty, 2)
        found = await template(town, "bob")
        assert found is not None and (found.source, found.template.frames) == ("officer", 3)


async def test_nothing_is_made_anew_while_the_model_stays(tmp_path: Path) -> None:
    town = await enrolled_town(tmp_path)
    async with town.running():
        duty = await signed_in(town)
        assert (await settled(duty, 0))["done"] == 0
        found = await template(town, "ann", "fake-model")
        assert found is not None and found.version == 1


async def test_other_weights_of_the_same_model_are_another_model(tmp_path: Path) -> None:
    town = await enrolled_town(tmp_path)

    def heavier() -> FakeVerifier:
        verifier = FakeVerifier()
        verifier.info = ModelInfo(verifier.model, "v2", "none")
        return verifier

    town.new_verifier = heavier
    async with town.running():
        await settled(await signed_in(town), 2)
        found = await template(town, "ann", "fake-model")
        assert found is not None and (found.version, found.model_version) == (2, "v2")


async def test_a_worker_that_dies_of_one_picture_does_not_stop_the_others(
    tmp_path: Path,
) -> None:
    town = await enrolled_town(tmp_path)

    class Fragile(NewVerifier):
        async def enrol(self, pictures: Sequence[bytes]) -> EnrolmentResult:
            if any(b"of bob" in picture for picture in pictures):
                raise ModelError("verifier_lost")
            return await super().enrol(pictures)

    town.new_verifier = Fragile
    async with town.running():
        figures = await settled(await signed_in(town), 2)
        assert (figures["done"], figures["failed"]) == (1, 1)


async def test_a_damaged_picture_does_not_stop_the_others(tmp_path: Path) -> None:
    town = await enrolled_town(tmp_path)
    with closing(sqlite3.connect(town.data / "rollcall.db")) as raw, raw:
        raw.execute(
            "UPDATE enrolment_pictures SET sealed = x'00' WHERE subject_id = ?",
            (town.ids["bob"],),
        )
    town.new_verifier = NewVerifier
    async with town.running():
        figures = await settled(await signed_in(town), 2)
        assert (figures["done"], figures["failed"]) == (1, 1)


async def test_only_who_may_enrol_sees_how_far_it_is(town: Town) -> None:
    judge = Staff(town)
    await judge.sign_in("judge")
    status, _ = await judge.ask("GET", "/api/enrolments/migration")
    assert status == 403
