"""Supervised persons: the register and the one-time link to their phone."""

from dataclasses import replace

from roll_call.errors import InvalidInput
from roll_call.people import Subject, SubjectKind, SupervisedPerson, SupervisionClass
from roll_call.ports.records import Change
from server.access import Verb, of_units
from server.api.routing import Call, RouteGroup
from server.api.schemas import LinkView, NewPerson, PersonView
from server.api.views import person_view
from server.auth.tokens import new_id
from server.links import issue_link

routes = RouteGroup("persons")


@routes.get("/api/persons", "The persons that the officer sees", list[PersonView])
async def list_persons(call: Call) -> list[PersonView]:
    """Of the officer's own unit and below; the look is logged."""
    call.require(Verb.VIEW_PERSONS)
    services, scope = call.services, call.scope
    persons, enrolled, bound = await services.store.read(
        lambda r: (
            r.people.persons(scope),
            r.faces.summaries(SubjectKind.PERSON, services.verifier.model),
            r.access.bound_person_ids(),
        )
    )
    shown = [enrolled[p.id] for p in persons if p.id in enrolled]
    reminders = await services.enrolments.reminders.of(shown)
    await services.views.saw(call.officer, "persons.listed", f"unit/{call.officer.unit_id}")
    return [
        person_view(p, services.directory, enrolled.get(p.id), bound, reminders.get(p.id, ()))
        for p in persons
    ]


@routes.post("/api/persons", "Add a person", body=NewPerson, returns=PersonView, status=201)
async def add_person(call: Call, body: NewPerson) -> PersonView:
    """For offices of the officer's own. Raises dossier_number_taken, unknown_unit."""
    person = _person(call, new_id(), body)
    call.require(Verb.MANAGE_PERSONS, of_units(body.office_ids, every=True))
    change = Change("added", call.actor, call.services.clock.now())
    await call.services.store.write(lambda t: t.people.add_person(person, change))
    return person_view(person, call.services.directory, None, ())


@routes.put("/api/persons/{id}", "Change a person", body=NewPerson, returns=PersonView)
async def change_person(call: Call, body: NewPerson) -> PersonView:
    """The officer must be in charge before and after, and of every office that joins or leaves."""
    old = await find_person(call, call.path("id"), Verb.MANAGE_PERSONS)
    person = replace(
        _person(call, old.id, body),
        demonstration=old.demonstration,
        exempt_prompts=old.exempt_prompts,
    )
    call.require(Verb.MANAGE_PERSONS, of_units(body.office_ids))
    moved = set(old.office_ids) ^ set(person.office_ids)
    if moved:
        call.require(Verb.MANAGE_PERSONS, of_units(moved, every=True))
    change = Change("changed", call.actor, call.services.clock.now())
    await call.services.store.write(lambda t: t.people.save_person(person, change))
    return await _shown(call, person)


@routes.get("/api/persons/{id}", "One person", PersonView)
async def read_person(call: Call) -> PersonView:
    """The look is logged."""
    person = await find_person(call, call.path("id"), Verb.VIEW_PERSONS)
    about = Subject(SubjectKind.PERSON, person.id)
    await call.services.views.saw(call.officer, "person.viewed", f"person/{person.id}", about)
    return await _shown(call, person)


@routes.post("/api/persons/{id}/link", "A one-time link for the person's phone", returns=LinkView)
async def make_link(call: Call) -> LinkView:
    """Shown once; it binds one phone and ends within ten minutes."""
    person = await find_person(call, call.path("id"), Verb.ISSUE_LINK)
    return await issue_link(call.services, call.request, person.id, call.officer.id)


async def find_person(call: Call, person_id: str, verb: Verb) -> SupervisedPerson:
    """The person if the officer may do this to them."""
    person = await call.services.store.read(lambda r: r.people.person(person_id))
    call.require(verb, of_units(person.office_ids))
    return person


async def _shown(call: Call, person: SupervisedPerson) -> PersonView:
    model = call.services.verifier.model
    enrolled, bound = await call.services.store.read(
        lambda r: (r.faces.summaries(SubjectKind.PERSON, model), r.access.bound_person_ids())
    )
    summary = enrolled.get(person.id)
    reminders = await call.services.enrolments.reminders.of([summary] if summary else [])
    due = reminders.get(person.id, ())
    return person_view(person, call.services.directory, summary, bound, due)


def _person(call: Call, person_id: str, body: NewPerson) -> SupervisedPerson:
    tree = call.services.directory.tree
    if any(office not in tree for office in body.office_ids):
        raise InvalidInput("unknown_unit")
    return SupervisedPerson(
        id=person_id,
        name=body.name,
        dossier_number=body.dossier_number,
        office_ids=tuple(dict.fromkeys(body.office_ids)),
        supervision_class=SupervisionClass(body.supervision_class),
        phone=body.phone,
        locale=body.locale,
        minor=body.minor,
        demonstration=call.services.settings.server.demonstration,
    )
