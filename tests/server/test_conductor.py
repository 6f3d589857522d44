"""One unit of work: all that follows from an event is kept together, and only once."""

import pytest

from roll_call import check_in, check_in_events, entry_events
from roll_call.errors import IllegalTransition, RollCallError
from roll_call.ports.store import Records
from roll_call.verification import Assurance, Verification, VerificationState
from server.cascade import Cascade
from server.check_in.examining import Concluded
from server.check_in.verifying import record_verdict
from tests.server.conftest import start_roll_call
from tests.server.town import Staff, Town


def live_session(cascade: Cascade, entry_id: str) -> str:
    """A ticket, a session, media."""
    entry = cascade.entry_event(entry_id, entry_events.TicketTaken())
    session = check_in.new_session("s1", entry_id, entry.attempt, cascade.policy, cascade.now)
    cascade.tx.sessions.add_session(session, cascade.change("opened"))
    cascade.session_event("s1", check_in_events.Join())
    cascade.session_event("s1", check_in_events.MediaUp())
    return "s1"


async def test_a_redelivered_verdict_changes_nothing(town: Town, duty: Staff) -> None:
    call_id, entry_id = await start_roll_call(duty, town.ids["ann"])
    conductor = town.services.conductor
    await conductor.run(lambda c: live_session(c, entry_id))
    verdict = Verification("s1", 1, VerificationState.MATCH, assurance=Assurance.HIGH)
    for _ in range(3):
        await conductor.run(lambda c: record_verdict(c, entry_id, Concluded(verdict, {})))
    verdicts, receipts, entry = await town.services.store.read(
        lambda r: (
            r.evidence.verifications_of(entry_id),
            r.sessions.receipts_of(entry_id),
            r.calls.entry(entry_id),
        )
    )
    assert len(verdicts) == len(receipts) == 1 and entry.state.value == "present"
    assert (await duty.get(f"/api/roll-calls/{call_id}"))["counts"]["present"] == 1


async def test_a_stale_verdict_is_kept_and_changes_nothing(town: Town, duty: Staff) -> None:
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    conductor = town.services.conductor
    await conductor.run(lambda c: live_session(c, entry_id))
    stale = Verification("s0", 0, VerificationState.MATCH, assurance=Assurance.HIGH)
    await conductor.entry_event(entry_id, entry_events.VerdictGiven.of(stale))
    entry, history = await town.services.store.read(
        lambda r: (r.calls.entry(entry_id), r.log.entry_history(entry_id))
    )
    assert entry.state.value == "in_session"
    assert any(row.kind.endswith("stale") for row in history)


async def test_a_session_event_twice_is_refused(town: Town, duty: Staff) -> None:
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    conductor = town.services.conductor
    await conductor.run(lambda c: live_session(c, entry_id))
    await conductor.session_event("s1", check_in_events.HangUp())
    with pytest.raises(IllegalTransition):
        await conductor.session_event("s1", check_in_events.HangUp())
    receipts = await town.services.store.read(lambda r: r.sessions.receipts_of(entry_id))
    assert len(receipts) == 1


async def test_a_failure_undoes_the_whole_unit(town: Town, duty: Staff) -> None:
    _, entry_id = await start_roll_call(duty, town.ids["ann"])

    def about_the_visit(r: Records) -> list[str]:
        """Notices of the call are written meanwhile, by others."""
        kinds = [row.kind for row in r.log.after(0, 10_000)]
        return [kind for kind in kinds if kind.startswith(("entry.", "session."))]

    before = await town.services.store.read(about_the_visit)

    def work(cascade: Cascade) -> None:
        live_session(cascade, entry_id)
        raise RollCallError("conflict")

    with pytest.raises(RollCallError):
        await town.services.conductor.run(work)
    entry, after = await town.services.store.read(
        lambda r: (r.calls.entry(entry_id), about_the_visit(r))
    )
    assert entry.arrived_at is None and after == before


async def test_an_effect_that_fails_changes_no_state(town: Town, duty: Staff) -> None:
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    from roll_call.effects import StartRecording

    def broken(effect: object) -> None:
        raise RuntimeError("no camera today")

    town.services.conductor.handle(StartRecording, broken)
    await town.services.conductor.run(lambda c: live_session(c, entry_id))
    entry = await town.services.store.read(lambda r: r.calls.entry(entry_id))
    assert entry.state.value == "in_session"
