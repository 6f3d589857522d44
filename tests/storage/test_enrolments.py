"""Versions of templates, persons' own pictures and traces: kept, replaced, erased."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from roll_call.enrolment import (
    Likeness,
    SelfEnrolment,
    SelfEnrolmentEvent,
    SelfEnrolmentState,
    settled,
    submitted,
)
from roll_call.errors import Conflict, NotFound
from roll_call.people import SubjectKind
from roll_call.ports.faces import Template
from roll_call.ports.records import Enrolment, EnrolmentSummary, Trace
from roll_call.ports.store import Store, Transaction
from storage.audit import verify
from storage.sqlite import DATABASE_NAME
from storage.traces import KEPT
from tests.storage.cast import NINE, change, person
from tests.storage.history import enrolment, picture
from tests.storage.test_sessions_and_evidence import VERDICT

TEN = NINE + timedelta(hours=1)
ASKED = SelfEnrolment("self-1", "li", NINE, "zhao")
TRACE: Trace = ((0.0, 1.5, -2.0), (0.1, 1.75, -2.0))


def enrolled(
    who: str, made: Enrolment | None = None, event: str = "enrolled"
) -> Callable[[Transaction], Enrolment]:
    return lambda tx: tx.faces.enrol(made or enrolment(who), [picture(who)], change(event))


def handed_in(count: int = 3) -> Callable[[Transaction], None]:
    new = submitted(ASKED, count, Likeness.LIKE, ("person/han",), TEN)
    return lambda tx: tx.self_enrolments.save_self_enrolment(
        new, ASKED, change("submitted"), [picture("li", False) for _ in range(count)]
    )


async def test_every_new_template_gets_the_next_number_of_its_model(store: Store) -> None:
    kept = [await store.write(enrolled("li")) for _ in range(2)]
    dlib = await store.write(
        lambda tx: tx.faces.migrate(enrolment("li", "dlib"), change("migrated"))
    )
    other = await store.write(enrolled("han"))
    assert [e.version for e in (*kept, dlib, other)] == [1, 2, 1, 1]
    found = await store.read(lambda r: r.faces.enrolment(person("li"), "sface"))
    assert found == replace(enrolment("li"), version=2)


async def test_the_history_names_every_version_and_keeps_no_template(store: Store) -> None:
    first = replace(enrolment("li"), model_version="aaa", provisional=True, enrolled_by="zhao")
    second = replace(enrolment("li"), model_version="bbb", source="self", enrolled_by="qian")
    await store.write(enrolled("li", first))
    await store.write(enrolled("li", second))
    versions = await store.read(lambda r: r.faces.versions(person("li")))
    told = [(v.version, v.model_version, v.provisional, v.source, v.made_by) for v in versions]
    assert told == [(2, "bbb", False, "self", "qian"), (1, "aaa", True, "officer", "zhao")]
    rows = await store.read(lambda r: r.log.history("enrolment", "person/li/sface"))
    assert all("vector" not in json.dumps(dict(row.payload or {})) for row in rows)


async def test_new_pictures_leave_no_template_of_the_old_ones_in_any_model(store: Store) -> None:
    await store.write(enrolled("li"))
    await store.write(lambda tx: tx.faces.migrate(enrolment("li", "dlib"), change("migrated")))
    await store.write(enrolled("li"))
    assert await store.read(lambda r: r.faces.enrolment(person("li"), "dlib")) is None
    assert await store.read(lambda r: r.faces.enrolment(person("li"), "sface")) is not None


async def test_migrating_keeps_the_pictures_and_the_former_template(store: Store) -> None:
    await store.write(enrolled("li"))
    await store.write(lambda tx: tx.faces.migrate(enrolment("li", "dlib"), change("migrated")))
    assert len(await store.read(lambda r: r.faces.pictures(person("li")))) == 1
    assert await store.read(lambda r: r.faces.enrolment(person("li"), "sface")) is not None


async def test_the_summary_of_the_asked_model_comes_before_a_newer_one(store: Store) -> None:
    await store.write(enrolled("li"))
    later = replace(enrolment("li", "dlib"), enrolled_at=TEN)
    await store.write(lambda tx: tx.faces.migrate(later, change("migrated")))
    kinds = SubjectKind.PERSON
    assert (await store.read(lambda r: r.faces.summaries(kinds)))["li"].model == "dlib"
    assert (await store.read(lambda r: r.faces.summaries(kinds, "sface")))["li"].model == "sface"


async def test_only_who_lacks_this_version_of_this_model_is_outdated(store: Store) -> None:
    await store.write(enrolled("li", replace(enrolment("li"), model_version="old")))
    await store.write(enrolled("han"))
    outdated = await store.read(lambda r: r.faces.outdated("sface", "new"))
    assert outdated == (person("li"),)
    everybody = await store.read(lambda r: r.faces.outdated("dlib", "new"))
    assert set(everybody) == {person("li"), person("han")}


async def test_templates_are_found_by_subject_and_model(store: Store) -> None:
    await store.write(enrolled("li"))
    await store.write(enrolled("han"))
    both = {person("li"), person("han"), person("nobody")}
    found = await store.read(lambda r: r.faces.templates("sface", both))
    assert {e.subject.id for e in found} == {"li", "han"}
    assert {e.template for e in found} == {Template("sface", 5, enrolment("li").template.vector)}
    assert await store.read(lambda r: r.faces.templates("dlib", both)) == ()
    assert await store.read(lambda r: r.faces.templates("sface", ())) == ()


async def test_medians_of_the_first_and_the_last_matches_with_a_template(store: Store) -> None:
    def work(tx: Transaction) -> None:
        for number in range(6):
            median = {"similarity": {"median": number / 10}}
            evidence = {
                "model": "dlib" if number == 2 else "sface",
                "template_version": 7 if number == 4 else 1,
                **median,
            }
            at = NINE.replace(minute=number)
            tx.evidence.add_verification(
                replace(VERDICT, id=f"v{number}", at=at, evidence=evidence), change("given")
            )

    await store.write(work)
    template = EnrolmentSummary(person("li"), "sface", 3, NINE.replace(minute=1))
    first, last = await store.read(lambda r: r.faces.medians(template, 3))
    assert first == (0.1, 0.3, 0.5)
    assert last == (0.5, 0.3, 0.1)


async def test_medians_begin_where_the_template_was_made_anew(store: Store) -> None:
    """A migrated template keeps the day of its pictures; older verdicts are of another model."""
    made = change("migrated", minutes=6)

    def work(tx: Transaction) -> None:
        for number in range(12):
            evidence = {
                "model": "sface" if number < 6 else "new",
                "similarity": {"median": number / 100},
            }
            at = NINE.replace(minute=number)
            tx.evidence.add_verification(
                replace(VERDICT, id=f"v{number}", at=at, evidence=evidence), change("given")
            )
        tx.faces.migrate(enrolment("li", "new"), made)

    await store.write(work)
    template = EnrolmentSummary(person("li"), "new", 3, NINE)
    first, last = await store.read(lambda r: r.faces.medians(template, 2))
    assert (first, last) == ((0.06, 0.07), (0.11, 0.1))


async def test_own_pictures_wait_sealed_and_go_once_an_officer_has_looked(
    store: Store, data_dir: Path
) -> None:
    await store.write(lambda tx: tx.self_enrolments.add_self_enrolment(ASKED, change("asked")))
    await store.write(handed_in())
    waiting = await store.read(lambda r: r.self_enrolments.self_enrolment("self-1"))
    pictures = await store.read(lambda r: r.self_enrolments.pending_pictures("self-1"))
    assert waiting.state is SelfEnrolmentState.SUBMITTED and waiting.lookalikes == ("person/han",)
    assert [p.data[:2] for p in pictures] == [b"\xff\xd8"] * 3
    assert b"face of" not in (data_dir / DATABASE_NAME).read_bytes()
    rejected = settled(waiting, SelfEnrolmentEvent.REJECT, TEN, "zhao", "too dark")
    await store.write(
        lambda tx: tx.self_enrolments.save_self_enrolment(rejected, waiting, change("rejected"))
    )
    assert await store.read(lambda r: r.self_enrolments.pending_pictures("self-1")) == ()
    assert await store.read(lambda r: r.self_enrolments.open_self_enrolments()) == (rejected,)


async def test_a_person_has_one_open_self_enrolment(store: Store) -> None:
    await store.write(lambda tx: tx.self_enrolments.add_self_enrolment(ASKED, change("asked")))
    second = replace(ASKED, id="self-2")
    with pytest.raises(Conflict, match="already_asked"):
        await store.write(lambda tx: tx.self_enrolments.add_self_enrolment(second, change("asked")))
    ended = settled(ASKED, SelfEnrolmentEvent.WITHDRAW, TEN, "zhao")
    await store.write(
        lambda tx: tx.self_enrolments.save_self_enrolment(ended, ASKED, change("withdrawn"))
    )
    await store.write(lambda tx: tx.self_enrolments.add_self_enrolment(second, change("asked")))
    newest = await store.read(lambda r: r.self_enrolments.self_enrolment_of("li"))
    assert newest == second


async def test_of_two_officers_only_the_first_settles_it(store: Store) -> None:
    await store.write(lambda tx: tx.self_enrolments.add_self_enrolment(ASKED, change("asked")))
    await store.write(handed_in())
    waiting = await store.read(lambda r: r.self_enrolments.self_enrolment("self-1"))
    for event, expected in ((SelfEnrolmentEvent.CONFIRM, None), (SelfEnrolmentEvent.REJECT, 1)):
        new = settled(waiting, event, TEN, "zhao")
        saving = store.write(
            lambda tx, new=new: tx.self_enrolments.save_self_enrolment(  # type: ignore[misc]
                new, waiting, change("settled")
            )
        )
        if expected is None:
            await saving
        else:
            with pytest.raises(Conflict):
                await saving


async def test_an_unknown_self_enrolment_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.read(lambda r: r.self_enrolments.self_enrolment("nobody"))


async def test_traces_come_back_newest_first_and_only_so_many_are_kept(store: Store) -> None:
    def work(tx: Transaction) -> None:
        for number in range(KEPT + 3):
            at = NINE.replace(minute=number)
            tx.faces.keep_trace(person("li"), f"s{number}", ((float(number), 0.0, 0.0),), at)
        tx.faces.keep_trace(person("han"), "s-han", TRACE, NINE)

    await store.write(work)
    found = await store.read(lambda r: r.faces.traces(person("li"), 2 * KEPT))
    assert [trace[0][0] for trace in found] == [float(n) for n in range(KEPT + 2, 2, -1)]
    assert await store.read(lambda r: r.faces.traces(person("han"), 5)) == (TRACE,)


async def test_traces_of_before_are_still_read_from_the_evidence(store: Store) -> None:
    old = replace(VERDICT, id="old", evidence={"model": "sface", "trace": [[0.0, 9.0, 9.0]]})
    await store.write(lambda tx: tx.evidence.add_verification(old, change("given")))
    await store.write(lambda tx: tx.faces.keep_trace(person("li"), "s", TRACE, TEN))
    found = await store.read(lambda r: r.faces.traces(person("li"), 5))
    assert found == (TRACE, ((0.0, 9.0, 9.0),))


async def test_no_trace_and_no_picture_reaches_the_log_or_the_disk_in_clear(
    store: Store, data_dir: Path
) -> None:
    before = len(await store.read(lambda r: r.log.after(0, 10_000)))
    await store.write(lambda tx: tx.faces.keep_trace(person("li"), "s", TRACE, NINE))
    assert len(await store.read(lambda r: r.log.after(0, 10_000))) == before
    on_disk = b"".join(path.read_bytes() for path in data_dir.glob("rollcall.*"))
    assert b"1.75" not in on_disk


async def test_destroying_a_key_erases_pictures_that_wait_and_traces(
    store: Store, data_dir: Path
) -> None:
    await store.write(lambda tx: tx.self_enrolments.add_self_enrolment(ASKED, change("asked")))
    await store.write(handed_in())
    await store.write(lambda tx: tx.faces.keep_trace(person("li"), "s", TRACE, NINE))
    with sqlite3.connect(data_dir / DATABASE_NAME) as raw:
        (trace,) = raw.execute("SELECT sealed FROM traces").fetchone()
        (waiting,) = raw.execute("SELECT sealed FROM pending_pictures").fetchone()
    raw.close()
    await store.write(lambda tx: tx.faces.destroy_key(person("li"), change("destroyed")))
    assert await store.read(lambda r: r.faces.traces(person("li"), 5)) == ()
    assert await store.read(lambda r: r.self_enrolments.pending_pictures("self-1")) == ()
    on_disk = b"".join(path.read_bytes() for path in data_dir.glob("rollcall.*"))
    assert trace not in on_disk and waiting not in on_disk


async def test_an_audit_sees_who_was_made_a_self_enrolment_by_hand(
    store: Store, data_dir: Path
) -> None:
    await store.write(lambda tx: tx.self_enrolments.add_self_enrolment(ASKED, change("asked")))
    await store.write(enrolled("li", replace(enrolment("li"), source="self")))
    assert verify(data_dir).intact
    await store.close()
    with sqlite3.connect(data_dir / DATABASE_NAME) as raw:
        raw.execute("UPDATE self_enrolments SET state = 'withdrawn'")
        raw.execute("UPDATE enrolments SET provisional = 1")
    raw.close()
    altered = {finding.subject for finding in verify(data_dir).findings}
    assert altered == {"self_enrolment/self-1", "enrolment/person/li/sface"}
