"""Duty terminals: how they are, which devices are signed in as them, and that sign-in itself."""

from collections import defaultdict

from aiohttp import web

from roll_call.people import Subject, SubjectKind, UnitKind
from roll_call.ports.terminals import TerminalSignIn
from server.access import Verb, of_units, require
from server.api.routing import Call, RouteGroup
from server.api.schemas import SignIn
from server.api.terminal_schemas import TerminalRow, TerminalSession, TerminalSignInView
from server.auth.staff import check_own_password
from server.auth.terminals import TERMINAL_COOKIE
from server.duty.terminal_views import terminal_view
from server.instants import wire

routes = RouteGroup("terminals")


@routes.get("/api/terminals", "The duty terminals of the officer's units", list[TerminalRow])
async def list_terminals(call: Call) -> list[TerminalRow]:
    """Every unit below the center, whether it ever had a terminal or not."""
    call.require(Verb.VIEW_TERMINALS)
    services, scope = call.services, call.scope
    now = services.clock.now()
    by_unit: dict[str, list[TerminalSignInView]] = defaultdict(list)
    for sign_in in await services.store.read(lambda r: r.terminals.sign_ins(now)):
        by_unit[sign_in.unit_id].append(_sign_in_view(call, sign_in))
    rows = []
    for unit in services.directory.units:
        state = services.terminals.of(unit.id)
        known = state is not None or unit.id in by_unit
        if (scope is None or unit.id in scope) and (
            known or unit.kind is not UnitKind.COMMAND_CENTER
        ):
            view = terminal_view(state, services.directory) if state else None
            rows.append(
                TerminalRow(unit_id=unit.id, unit=unit.name, state=view, sign_ins=by_unit[unit.id])
            )
    return rows


@routes.post("/api/terminals/{unit_id}/self-test", "Ask a terminal for a self-test")
async def ask_for_self_test(call: Call) -> None:
    """Nothing happens where no terminal of the unit is connected."""
    unit_id = call.path("unit_id")
    call.require(Verb.MANAGE_TERMINALS, of_units([unit_id]))
    for connection in call.services.sockets.of(Subject(SubjectKind.UNIT, unit_id)):
        connection.want_self_test()


@routes.delete("/api/terminals/sign-ins/{id}", "Revoke a terminal's sign-in")
async def revoke_terminal(call: Call) -> None:
    """Its page is signed out within seconds. Raises not_found."""
    sign_in_id = call.path("id")
    found = await call.services.store.read(lambda r: r.terminals.sign_in(sign_in_id))
    call.require(Verb.MANAGE_TERMINALS, of_units([found.unit_id]))
    await call.services.terminal_sign_ins.end(sign_in_id, call.actor)


@routes.post(
    "/api/terminal/session",
    "Sign this device in as its unit's terminal",
    body=SignIn,
    returns=TerminalSession,
    public=True,
)
async def sign_terminal_in(call: Call, body: SignIn) -> web.Response:
    """Sets a cookie of the terminal's own, which opens nothing else.

    Raises sign_in_failed, password_must_change.
    """
    services, request = call.services, call.request
    address = request.remote or ""
    officer = await services.staff.check(body.username, body.password, address)
    check_own_password(officer)
    require(officer, Verb.ANSWER_DUTY, None, services.directory.tree)
    token = await services.terminal_sign_ins.open(officer, request.headers.get("User-Agent", ""))
    whose = Call(request, services, call.locale, officer)
    response = web.Response(text=_session(whose).model_dump_json(), content_type="application/json")
    _keep_cookie(call, response, token)
    return response


@routes.get(
    "/api/terminal/session", "Whose terminal this device is", TerminalSession, terminal=True
)
async def terminal_session(call: Call) -> web.Response:
    """401 where the device is no terminal. The cookie's life begins anew."""
    response = web.Response(text=_session(call).model_dump_json(), content_type="application/json")
    token = call.request.cookies.get(TERMINAL_COOKIE)
    if token:
        _keep_cookie(call, response, token)
    return response


@routes.delete("/api/terminal/session", "Sign this terminal out", public=True)
async def sign_terminal_out(call: Call) -> web.Response:
    """Idempotent; removes the cookie."""
    await call.services.terminal_sign_ins.sign_out(call.request.cookies.get(TERMINAL_COOKIE))
    response = web.Response(status=204)
    response.del_cookie(TERMINAL_COOKIE, path="/", samesite="Strict", httponly=True)
    return response


def _keep_cookie(call: Call, response: web.Response, token: str) -> None:
    response.set_cookie(
        TERMINAL_COOKIE,
        token,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=call.request.scheme == "https",
        max_age=int(call.services.terminal_sign_ins.lasts.total_seconds()),
    )


def _session(call: Call) -> TerminalSession:
    directory, server = call.services.directory, call.services.settings.server
    root = directory.root_id()
    return TerminalSession(
        unit_id=call.officer.unit_id,
        unit=directory.name(call.officer.unit_id),
        officer=call.officer.name,
        center=directory.center,
        phone=directory.phone(root) if root else "",
        time_zone=server.time_zone,
        demonstration=server.demonstration,
    )


def _sign_in_view(call: Call, sign_in: TerminalSignIn) -> TerminalSignInView:
    return TerminalSignInView(
        id=sign_in.id,
        unit_id=sign_in.unit_id,
        officer=call.services.directory.officer_name(sign_in.officer_id) or "",
        device=sign_in.device,
        created_at=wire(sign_in.created_at),
        seen_at=wire(sign_in.seen_at),
        expires_at=wire(sign_in.expires_at),
    )
