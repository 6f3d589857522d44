"""What is on record about a person's enrolment, and what they are spared."""

from dataclasses import replace

from roll_call.people import Subject, SubjectKind, SupervisedPerson
from roll_call.ports.records import Change
from server.access import Verb
from server.api import enrolment_views as views
from server.api.enrolment_schemas import EnrolmentDetail, NewExemption
from server.api.persons import find_person
from server.api.routing import Call, RouteGroup

EXEMPTED = "exempted"

routes = RouteGroup("enrolment")


@routes.get("/api/persons/{id}/enrolment", "Template, history, reminders", EnrolmentDetail)
async def read_enrolment(call: Call) -> EnrolmentDetail:
    """The look is logged."""
    person = await find_person(call, call.path("id"), Verb.VIEW_PERSONS)
    about = Subject(SubjectKind.PERSON, person.id)
    await call.services.views.saw(
        call.officer, "person.enrolment_viewed", f"person/{person.id}", about
    )
    return await _detail(call, person)


@routes.put(
    "/api/persons/{id}/exemptions",
    "What a person is spared, with the reason",
    body=NewExemption,
    returns=EnrolmentDetail,
)
async def exempt(call: Call, body: NewExemption) -> EnrolmentDetail:
    """Replaces what the person was spared; kept on record; from the next session on."""
    person = await find_person(call, call.path("id"), Verb.EXEMPT)
    spared = replace(person, exempt_prompts=frozenset(body.kinds))
    details = {"kinds": sorted(body.kinds), "reason": body.reason}
    change = Change(EXEMPTED, call.actor, call.services.clock.now(), details)
    await call.services.store.write(lambda t: t.people.save_person(spared, change))
    return await _detail(call, spared)


async def _detail(call: Call, person: SupervisedPerson) -> EnrolmentDetail:
    services, subject = call.services, Subject(SubjectKind.PERSON, person.id)
    directory = services.directory
    summaries, versions, history = await services.store.read(
        lambda r: (
            r.faces.summaries(SubjectKind.PERSON, services.verifier.model),
            r.faces.versions(subject),
            r.log.history("person", person.id),
        )
    )
    summary = summaries.get(person.id)
    reminders = await services.enrolments.reminders.of([summary] if summary else [])
    asked = await services.enrolments.self_service.standing(person.id)
    spared = [
        views.exemption_view(row, directory)
        for row in reversed(history)
        if row.kind == f"person.{EXEMPTED}"
    ]
    return EnrolmentDetail(
        current=views.current_version(summary, directory) if summary else None,
        history=[views.former_version(version, directory) for version in versions],
        reminders=views.reminder_views(reminders.get(person.id, ()), call.locale),
        self_enrolment=(
            views.self_enrolment_view(asked, person, directory, [])
            if asked is not None and not asked.state.final
            else None
        ),
        exemptions=[one for one in spared if one is not None],
    )
