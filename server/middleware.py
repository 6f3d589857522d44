"""Around every request: security headers, and typed errors as JSON in the client's language."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from roll_call.errors import NotAllowed, NotFound, RollCallError
from roll_call.people import Officer
from server.api.routing import OFFICER, request_locale
from server.api.schemas import ErrorBody, ErrorView
from server.errors import NotSignedIn, TooLarge, error_text, http_status
from server.logs import logger
from server.services import SERVICES

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Server": "rollcall",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
}

log = logger("http")


def content_security_policy(request: web.Request) -> str:
    """Everything from here and nothing from elsewhere.

    ``connect-src`` names the WebSocket of this host as well: older WebKit does not count it
    under 'self'.
    """
    scheme = "wss" if request.scheme == "https" else "ws"
    host = request.host if all(c.isalnum() or c in ".:-[]" for c in request.host) else ""
    socket = f" {scheme}://{host}" if host else ""
    return (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        f"connect-src 'self'{socket}; style-src 'self'; script-src 'self'; object-src 'none'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """A response hook, so that streamed answers get the headers too."""
    response.headers["Server"] = HEADERS["Server"]
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_security_policy(request))
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")


@web.middleware
async def typed_errors(request: web.Request, handler: Next) -> web.StreamResponse:
    """The one place where an error becomes an HTTP answer."""
    try:
        return await handler(request)
    except RollCallError as error:
        await _note_refusal(request, error)
        return error_response(request, error)
    except web.HTTPException as error:
        return _http_problem(request, error)
    except ConnectionError:
        raise
    except Exception:
        log.exception("request_failed", method=request.method, path=request.path)
        return error_response(request, RollCallError())


def error_response(request: web.BaseRequest, error: RollCallError) -> web.Response:
    """``{"error": {"code", "message", "params"}}`` with the status of the error."""
    body = ErrorBody(
        code=error.code,
        message=error_text(error, request_locale(request)),
        params=dict(error.params),
    )
    headers = {}
    if "retry_after_s" in error.params:
        headers["Retry-After"] = str(error.params["retry_after_s"])
    return web.Response(
        text=ErrorView(error=body).model_dump_json(),
        status=http_status(error),
        content_type="application/json",
        headers=headers,
    )


def _http_problem(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    if not request.path.startswith("/api/"):
        raise error
    if error.status == 404:
        return error_response(request, NotFound("unknown_path"))
    if error.status == 413:
        limit = request.app[SERVICES].settings.server.max_body_bytes
        return error_response(request, TooLarge(limit=limit))
    if error.status == 405:
        response = error_response(request, NotFound("method_not_allowed"))
        response.set_status(405)
        return response
    raise error


async def _note_refusal(request: web.Request, error: RollCallError) -> None:
    officer: Officer | None = request.get(OFFICER)
    if officer is None or not isinstance(error, NotAllowed) or isinstance(error, NotSignedIn):
        return
    verb = str(error.params.get("verb", error.code))
    await request.app[SERVICES].views.refused(f"officer/{officer.id}", verb, request.path)
