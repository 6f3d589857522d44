"""From SFace to dlib with the real models: who was enrolled before is still recognised."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from media.faces.verifier import WorkerVerifier
from roll_call.people import Officer, Role, Subject, SubjectKind, SupervisedPerson, Unit, UnitKind
from roll_call.ports.faces import Template
from roll_call.ports.records import Change, Enrolment
from roll_call.ports.store import Transaction
from server.cli.main import app
from server.clock import SystemClock
from server.enrolment.lookalikes import Lookalikes
from server.enrolment.office import EnrolmentOffice, Wish
from server.simulate.cameras import read_picture
from server.simulate.demo_seed import enrolment_pictures
from server.simulate.portrait import Posture, portraits, sprite
from storage.sqlite import SqliteStore


@pytest.fixture(autouse=True)
def other_tests_keep_their_logs() -> Iterator[None]:
    """The command sends the logs of this process to a stream that ends with it."""
    yield
    structlog.reset_defaults()


ANN = Subject(SubjectKind.PERSON, "ann")


def staged(t: Transaction) -> None:
    """An office, an officer and Ann."""
    change = Change("added", "system", SystemClock().now())
    t.people.add_unit(Unit("east", "East", UnitKind.JUDICIAL_OFFICE, None), change)
    t.people.add_officer(Officer("zhao", "east", "Zhao", "zhao", Role.DUTY_OFFICER), "x", change)
    t.people.add_person(SupervisedPerson("ann", "Ann", "D-1", ("east",)), change)


async def enrolled(data: Path) -> None:
    """Ann's pictures go through the office under SFace."""
    store, verifier = SqliteStore(data), WorkerVerifier("sface")
    await store.open()
    await verifier.start(lambda event: None)
    try:
        await store.write(staged)
        clock = SystemClock()
        office = EnrolmentOffice(store, clock, verifier, Lookalikes(store, verifier), needed=3)
        answer = await office.enrol(
            Wish(ANN, enrolment_pictures(portraits()["astronaut"]), officer_id="zhao")
        )
        assert answer.kept is not None, answer.result.reports
    finally:
        await verifier.close()
        await store.close()


async def template(data: Path, model: str) -> Enrolment | None:
    store = SqliteStore(data)
    await store.open()
    try:
        return await store.read(lambda r: r.faces.enrolment(ANN, model))
    finally:
        await store.close()


async def looks_like(template: Template, name: str) -> bool:
    """Whether another picture of a portrait reaches the template's threshold under dlib."""
    shown = sprite(read_picture(portraits()[name]), [Posture(yaw=6.0, pitch=4.0)])
    verifier = WorkerVerifier("dlib")
    await verifier.start(lambda event: None)
    try:
        fresh = (await verifier.enrol(shown)).template
        assert fresh is not None
        (similarity,) = await verifier.alike(fresh, [template])
        return similarity >= verifier.threshold(template.frames)
    finally:
        await verifier.close()


def migrated(data: Path) -> tuple[int, dict[str, object]]:
    done = CliRunner().invoke(app, ["face", "migrate", "--data", str(data), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_templates_of_a_new_model_recognise_the_same_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(enrolled(tmp_path))
    monkeypatch.setenv("ROLLCALL_FACES__BACKEND", "dlib")
    assert migrated(tmp_path) == (0, {"model": "dlib", "done": 1, "failed": []})
    made = asyncio.run(template(tmp_path, "dlib"))
    assert made is not None and (made.source, made.enrolled_by) == ("migration", "zhao")
    assert made.template.frames == 3
    assert asyncio.run(looks_like(made.template, "astronaut"))
    assert not asyncio.run(looks_like(made.template, "hopper"))
    assert migrated(tmp_path) == (0, {"model": "dlib", "done": 0, "failed": []})


def test_without_a_database_nothing_is_made(tmp_path: Path) -> None:
    code, said = migrated(tmp_path / "nothing")
    assert code == 2 and said == {"error": {"code": "database_missing", "params": {}}}
    assert not (tmp_path / "nothing").exists()
