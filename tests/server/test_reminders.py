"""Persons who should be enrolled anew: shown to officers, and nothing else happens."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from roll_call.check_in import CheckInSession
from roll_call.ports.records import Change, VerificationRecord
from roll_call.ports.store import Transaction
from roll_call.verification import VerificationState
from server.auth.tokens import new_id
from tests.server.conftest import enrol, start_roll_call
from tests.server.town import FACE, Staff, Town


async def reminders(town: Town, staff: Staff) -> list[str]:
    """What is said of Ann, in the list and in the detail."""
    path = f"/api/persons/{town.ids['ann']}"
    detail = [r["code"] for r in (await staff.get(f"{path}/enrolment"))["reminders"]]
    shown = {p["name"]: p["reminder"] for p in await staff.get("/api/persons")}
    assert shown["ann"] == (await staff.get(path))["reminder"]
    assert shown["ann"] == (detail[0] if detail else None)
    return detail


async def matched(town: Town, staff: Staff, medians: list[float], model: str) -> None:
    """One matched session of Ann a minute."""
    _, entry_id = await start_roll_call(staff, town.ids["ann"])
    now = town.clock.now()
    session = CheckInSession(new_id(), entry_id, 1, ticket_at=now)
    verdicts = [
        VerificationRecord(
            id=new_id(),
            session_id=session.id,
            entry_id=entry_id,
            attempt=1,
            state=VerificationState.MATCH,
            assurance=None,
            inconclusive=None,
            at=now + timedelta(minutes=number),
            evidence={"model": model, "similarity": {"median": median}},
        )
        for number, median in enumerate(medians)
    ]

    def work(tx: Transaction) -> None:
        tx.sessions.add_session(session, Change("opened", "system", now))
        for verdict in verdicts:
            tx.evidence.add_verification(verdict, Change("given", "system", now))

    await town.services.store.write(work)


async def test_scores_that_sink_are_told_before_they_fail(town: Town, duty: Staff) -> None:
    await enrol(duty, town.ids["ann"])
    await matched(town, duty, [0.8] * 5 + [0.7] * 5 + [0.5] * 5, "fake-model")
    assert await reminders(town, duty) == ["scores_drift"]
    town.clock.forward(minutes=30)
    await enrol(duty, town.ids["ann"])
    assert await reminders(town, duty) == []


async def test_scores_of_another_model_say_nothing(town: Town, duty: Staff) -> None:
    await enrol(duty, town.ids["ann"])
    await matched(town, duty, [0.8] * 5 + [0.5] * 5, "another-model")
    assert await reminders(town, duty) == []


async def test_a_list_that_is_looked_at_often_reads_the_verdicts_once(
    town: Town, duty: Staff
) -> None:
    await enrol(duty, town.ids["ann"])
    assert await reminders(town, duty) == []
    await matched(town, duty, [0.8] * 5 + [0.5] * 5, "fake-model")
    assert await reminders(town, duty) == []
    town.clock.forward(hours=13)
    await duty.sign_in("duty")
    assert await reminders(town, duty) == ["scores_drift"]


async def test_old_pictures_are_told(town: Town, duty: Staff) -> None:
    await enrol(duty, town.ids["ann"])
    town.clock.forward(days=731)
    await duty.sign_in("duty")
    assert await reminders(town, duty) == ["old"]


async def test_a_template_of_other_weights_is_told(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    await duty.post(path, {"pictures": [FACE], "provisional": True})
    verifier = town.services.verifier
    verifier.info = replace(verifier.info, version="v2")
    assert await reminders(town, duty) == ["not_in_this_model", "provisional"]


async def test_reminders_are_worded_in_both_languages(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    await duty.post(path, {"pictures": [FACE], "provisional": True})
    said: dict[str, Any] = {}
    for lang in ("zh-CN", "en"):
        (reminder,) = (await duty.get(f"{path}?lang={lang}"))["reminders"]
        said[lang] = reminder["message"]
    assert "临时登记" in said["zh-CN"] and "provisionally" in said["en"]
