"""An honest history in which everything that the store can do has happened."""

import random
from dataclasses import replace

from roll_call.entry import EntryState
from roll_call.people import SubjectKind
from roll_call.ports.faces import Template
from roll_call.ports.records import Enrolment, EnrolmentPicture, OneTimeLink
from roll_call.ports.store import Store, Transaction
from roll_call.reasons import Reason
from roll_call.terminal import Terminal
from tests.roll_call.test_daily_figures import FORM
from tests.storage.cast import HAN, LI, MORNING, NINE, change, new_id, person
from tests.storage.test_access import LINK, phone
from tests.storage.test_call_lists import OFFICES, SPOT
from tests.storage.test_notifications import notified
from tests.storage.test_people_and_plans import DAILY
from tests.storage.test_rounds import BEGUN, DIALLED, NEW, PICTURE, SEEN, STILL
from tests.storage.test_sessions_and_evidence import (
    CONNECTION,
    CORRECTION,
    DECISION,
    RECEIPT,
    RECORDING,
    REPLY,
    VERDICT,
)
from tests.storage.test_terminals_and_figures import FIGURES, TERMINAL

VECTOR = bytes(range(256)) * 2


def enrolment(person_id: str, model: str = "sface") -> Enrolment:
    """A template of a person."""
    return Enrolment(person(person_id), Template(model, 5, VECTOR), NINE, "zhao")


def picture(person_id: str, portrait: bool = True) -> EnrolmentPicture:
    """A picture of a person."""
    return EnrolmentPicture(
        new_id(), person(person_id), "image/jpeg", b"\xff\xd8 face of " + b"x" * 64, portrait, NINE
    )


def _one_of_everything(tx: Transaction) -> None:
    tx.plans.add_plan(DAILY, change())
    tx.plans.save_plan(replace(DAILY, active=False), change("paused"))
    tx.call_lists.add_call_list(OFFICES, change())
    tx.call_lists.save_call_list(replace(OFFICES, exclusions=()), change("lifted"))
    tx.call_lists.add_origin(SPOT, change("recorded"))
    tx.evidence.add_recording(RECORDING, change("started"))
    tx.sessions.save_reply(REPLY, change("answered"))
    tx.sessions.save_reply(REPLY, change("answered"))
    tx.evidence.add_connection(CONNECTION, change("measured"))
    tx.evidence.add_verification(VERDICT, change("given"))
    tx.evidence.add_decision(DECISION, change("taken", note="看过录像"))
    tx.evidence.add_correction(CORRECTION, change("made"))
    tx.sessions.add_receipt(RECEIPT, change("issued"))
    tx.rounds.save_round(BEGUN, NEW, change("taken"))
    tx.rounds.add_step(DIALLED, change("tried"))
    tx.rounds.add_sighting(SEEN, change("recognised"))
    tx.rounds.add_snapshot(replace(STILL, entry_id="e-east"), PICTURE, change("kept"))
    link: OneTimeLink = LINK
    tx.access.add_link(link, change("made"))
    tx.access.redeem_link("hash", phone("a"), change("bound"))
    tx.access.revoke_device("a", change("revoked"))
    tx.people.save_person(replace(LI, phone="139"), change("moved"))
    tx.terminals.save_terminal(Terminal("east"), change("seen"))
    tx.terminals.save_terminal(TERMINAL, change("self_tested"))
    tx.figures.add_form(FORM, change("changed"))
    tx.figures.save_figures(FIGURES, change("handed_in"))
    notified(tx)
    for who in ("li", "han"):
        tx.faces.enrol(enrolment(who), [picture(who), picture(who, False)], change("enrolled"))


def _erase(tx: Transaction) -> None:
    tx.faces.destroy_key(person("han"), change("destroyed"))
    tx.log.erase(person("han"), "zhao", NINE)
    tx.people.save_person(replace(HAN, name="已注销", dossier_number="-"), change("erased"))
    tx.faces.enrol(enrolment("han"), [picture("han")], change("enrolled"))


async def live_through(store: Store, chance: random.Random, steps: int) -> None:
    """One of everything, then ``steps`` random transitions, then an erasure in the middle."""
    await store.write(_one_of_everything)
    for step in range(steps):
        if step == steps // 2:
            await store.write(_erase)
        await store.write(lambda tx: _transition(tx, chance))


def _transition(tx: Transaction, chance: random.Random) -> None:
    entry = chance.choice(tx.calls.entries("morning"))
    state = chance.choice(list(EntryState))
    new = replace(
        entry,
        state=state,
        reason=chance.choice(list(Reason)),
        settled_by="zhao",
        settled_at=NINE,
        attempt=entry.attempt + chance.randint(0, 2),
    )
    tx.calls.save_entry(new, entry, change(f"became_{state}", chance.randint(0, 60)))
    if chance.random() < 0.2 and entry.subject.kind is SubjectKind.PERSON:
        tx.log.append("entry.viewed", "entry", entry.id, {"n": chance.random()}, "zhao", NINE)
    if chance.random() < 0.1:
        tx.calls.add_roll_call(replace(MORNING, id=new_id()), change())
