"""Contract: a round is saved by version, what was tried is never edited, a still is sealed."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from roll_call.errors import Conflict, NotFound
from roll_call.ports.rounds import Sighting, Snapshot
from roll_call.ports.store import Store
from roll_call.round import Round, Turn
from roll_call.round_steps import Reached, RoundStep, Step
from storage.audit import verify
from storage.sqlite import DATABASE_NAME
from tests.storage.cast import LI_ENTRY, NINE, change

NEW = Round("morning", ("e-li", "e-han", "e-east"))
BEGUN = replace(
    NEW,
    version=1,
    conductor="zhao",
    conductor_since=NINE,
    started_at=NINE,
    current="e-li",
    current_since=NINE,
    turns={"e-li": Turn(called=True, retries=2, seconds=3.5)},
)
DIALLED = RoundStep(
    "step", "morning", "e-east", NINE, Step.PHONE, "zhao", "010-1001", Reached.NO_ANSWER, "占线"
)
SEEN = Sighting("seen", "e-li", "s-li", "qian", NINE, {"over_threshold": [0.1, 0.2]})
STILL = Snapshot("still", "e-li", "s-li", NINE, "officer/zhao", "asked", "image/jpeg")
PICTURE = b"\xff\xd8\xff a face nobody may find in the file"


async def test_it_comes_back_as_it_was(store: Store) -> None:
    assert await store.read(lambda r: r.rounds.round("morning")) is None
    await store.write(lambda tx: tx.rounds.save_round(BEGUN, NEW, change()))
    assert await store.read(lambda r: r.rounds.round("morning")) == BEGUN
    assert await store.read(lambda r: r.rounds.going()) == (BEGUN,)
    over = replace(BEGUN, version=2, finished_at=NINE)
    await store.write(lambda tx: tx.rounds.save_round(over, BEGUN, change()))
    assert await store.read(lambda r: r.rounds.going()) == ()


async def test_whoever_saves_an_older_version_is_refused(store: Store) -> None:
    await store.write(lambda tx: tx.rounds.save_round(BEGUN, NEW, change()))
    for old in (NEW, replace(BEGUN, version=7)):
        with pytest.raises(Conflict):
            await store.write(lambda tx, o=old: tx.rounds.save_round(BEGUN, o, change()))
    assert await store.read(lambda r: r.rounds.round("morning")) == BEGUN


async def test_what_was_tried_and_seen_belongs_to_the_entry(store: Store) -> None:
    await store.write(lambda tx: tx.rounds.add_step(DIALLED, change("tried")))
    await store.write(lambda tx: tx.rounds.add_sighting(SEEN, change("recognised")))
    assert await store.read(lambda r: r.rounds.steps_of("morning")) == (DIALLED,)
    assert await store.read(lambda r: r.rounds.sightings_of("morning")) == (SEEN,)
    history = await store.read(lambda r: r.log.entry_history("e-east"))
    assert history[-1].kind == "round_step.tried"


async def test_what_was_tried_is_never_edited(store: Store, data_dir: Path) -> None:
    await store.write(lambda tx: tx.rounds.add_step(DIALLED, change("tried")))
    with sqlite3.connect(data_dir / DATABASE_NAME) as outside:
        for sql in ("UPDATE round_steps SET outcome = 'reached'", "DELETE FROM round_steps"):
            with pytest.raises(sqlite3.IntegrityError):
                outside.execute(sql)


async def test_a_still_is_sealed_and_the_whole_is_audited(store: Store, data_dir: Path) -> None:
    await store.write(lambda tx: tx.rounds.save_round(BEGUN, NEW, change()))
    await store.write(lambda tx: tx.rounds.add_step(DIALLED, change("tried")))
    await store.write(lambda tx: tx.rounds.add_sighting(SEEN, change("recognised")))
    await store.write(lambda tx: tx.rounds.add_snapshot(STILL, PICTURE, change("kept")))
    assert await store.read(lambda r: r.rounds.snapshots_of("e-li")) == (STILL,)
    assert await store.read(lambda r: r.rounds.still("still")) == PICTURE
    with pytest.raises(NotFound):
        await store.read(lambda r: r.rounds.still("gone"))
    await store.close()
    for path in data_dir.rglob("*"):
        assert not path.is_file() or PICTURE not in path.read_bytes()
    assert verify(data_dir).findings == ()


async def test_the_course_of_a_call_is_read_from_the_log(store: Store) -> None:
    assert await store.read(lambda r: r.rounds.courses("morning")) == {}
    rung = replace(LI_ENTRY, attempt=1)
    await store.write(lambda tx: tx.calls.save_entry(rung, LI_ENTRY, change("due", 1)))
    again = replace(rung, attempt=2)
    await store.write(lambda tx: tx.calls.save_entry(again, rung, change("call", 5)))
    found = (await store.read(lambda r: r.rounds.courses("morning")))["e-li"]
    minutes = timedelta(minutes=1)
    assert (found.rang_at, found.rang_again_at) == (NINE + minutes, NINE + 5 * minutes)
    assert found.live_since is None
