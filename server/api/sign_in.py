"""First set-up, signing in and out, and who is signed in."""

from aiohttp import web

from server.access import GRANTS
from server.api.organisation_schemas import OwnPassword
from server.api.routing import Call, RouteGroup
from server.api.schemas import FirstAdministrator, SessionView, SetupState, SignIn
from server.api.views import officer_view
from server.auth.staff import COOKIE, SignedIn

routes = RouteGroup("session")


@routes.get("/api/setup", "Whether a first administrator is to be made", SetupState, public=True)
async def setup_state(call: Call) -> SetupState:
    """Read by the console before anybody is signed in."""
    server = call.services.settings.server
    return SetupState(
        first_run=call.services.first_run.code is not None,
        demonstration=server.demonstration,
        center=call.services.directory.center,
        time_zone=server.time_zone,
    )


@routes.post(
    "/api/setup",
    "Make the first administrator and sign them in",
    body=FirstAdministrator,
    returns=SessionView,
    status=201,
    public=True,
)
async def set_up(call: Call, body: FirstAdministrator) -> web.Response:
    """Once only; the code stands in the server's start-up output."""
    address = call.request.remote or ""
    call.services.redemptions.check(f"setup/{address}")
    try:
        call.services.first_run.check(body.code)
    except Exception:
        call.services.redemptions.failed(f"setup/{address}")
        raise
    hashed = await call.services.staff.passwords.hash(body.password)
    await call.services.first_run.complete(body.center, body.name, body.username, hashed)
    await call.services.directory.load()
    return await _signed_in(call, body.username, body.password, 201)


@routes.post("/api/session", "Sign in", body=SignIn, returns=SessionView, public=True)
async def sign_in(call: Call, body: SignIn) -> web.Response:
    """Sets the session cookie."""
    return await _signed_in(call, body.username, body.password, 200)


@routes.get(
    "/api/session", "Who is signed in and what they may do", SessionView, first_password=True
)
async def current_session(call: Call) -> SessionView:
    """401 where nobody is."""
    return await _session_view(call)


@routes.delete("/api/session", "Sign out", public=True)
async def sign_out(call: Call) -> web.Response:
    """Idempotent; removes the cookie."""
    token = call.request.cookies.get(COOKIE)
    if token:
        await call.services.staff.sign_out(token)
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/", samesite="Strict", httponly=True)
    return response


@routes.put(
    "/api/session/password",
    "Change one's own password",
    body=OwnPassword,
    returns=SessionView,
    first_password=True,
)
async def change_own_password(call: Call, body: OwnPassword) -> web.Response:
    """All other sign-ins end, this one gets a fresh cookie.

    Raises password_wrong, password_same.
    """
    address = call.request.remote or ""
    fresh = await call.services.staff.change_password(call.officer, body.old, body.new, address)
    return await _with_cookie(call, fresh, 200)


async def _signed_in(call: Call, username: str, password: str, status: int) -> web.Response:
    fresh = await call.services.staff.sign_in(username, password, call.request.remote or "")
    return await _with_cookie(call, fresh, status)


async def _with_cookie(call: Call, fresh: SignedIn, status: int) -> web.Response:
    whose = Call(call.request, call.services, call.locale, fresh.officer)
    view = await _session_view(whose)
    response = web.Response(
        text=view.model_dump_json(), status=status, content_type="application/json"
    )
    response.set_cookie(
        COOKIE,
        fresh.token,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=call.request.scheme == "https",
        max_age=call.services.settings.server.sign_in_hours * 3600,
    )
    return response


async def _session_view(call: Call) -> SessionView:
    services = call.services
    return SessionView(
        officer=officer_view(call.officer, services.directory),
        permissions=sorted(verb.value for verb in GRANTS[call.officer.role]),
        demonstration=services.settings.server.demonstration,
        center=services.directory.center,
        time_zone=services.settings.server.time_zone,
        calendar_until=call.services.calendar.known_until,
        must_change_password=call.officer.must_change_password,
    )
