"""All routes of the API."""

from server.api import (
    call_lists,
    call_origins,
    cameras,
    center_calendar,
    channels,
    conductors,
    demonstration,
    enrolment,
    enrolment_details,
    entries,
    exports,
    figures,
    hand_overs,
    health,
    imports,
    notices,
    officers,
    persons,
    phones,
    plan_calendar,
    plans,
    receipts,
    recordings,
    replies,
    reports,
    roll_calls,
    roster,
    rotation,
    rounds,
    screen,
    self_enrolments,
    sign_in,
    snapshots,
    start,
    substitutions,
    terminals,
    units,
)
from server.api.openapi import document
from server.api.routing import Call, Route, RouteGroup

about = RouteGroup("about")


@about.get("/api/openapi.json", "This document", dict[str, object], public=True)
async def openapi_document(call: Call) -> dict[str, object]:
    """OpenAPI 3.1."""
    return document(all_routes())


def all_routes() -> tuple[Route, ...]:
    """Every route, in the order of the document."""
    groups = (
        sign_in,
        units,
        cameras,
        terminals,
        figures,
        officers,
        persons,
        enrolment,
        enrolment_details,
        self_enrolments,
        imports,
        phones,
        call_lists,
        plan_calendar,
        plans,
        roll_calls,
        rounds,
        conductors,
        call_origins,
        snapshots,
        replies,
        entries,
        recordings,
        receipts,
        reports,
        exports,
        demonstration,
        roster,
        rotation,
        substitutions,
        hand_overs,
        center_calendar,
        screen,
        notices,
        channels,
        start,
        health,
    )
    return (*(route for group in groups for route in group.routes.routes), *about.routes)
