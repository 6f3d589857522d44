"""The route registry: one table of what the API offers, which also makes the OpenAPI document.

A handler takes a ``Call`` and, where the route has a body, its validated value; it returns a
schema, a list of schemas or a ready response. Everything around it (who is signed in, the origin
of a mutating request, size limits, JSON) is done here once.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from roll_call.errors import InvalidInput
from roll_call.people import Officer
from server.access import Target, Verb, require
from server.auth.staff import COOKIE
from server.auth.terminals import TERMINAL_COOKIE
from server.errors import NotSignedIn, TooLarge, locale_of
from server.origins import check_origin
from server.services import SERVICES, Services

Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)
OFFICER: web.RequestKey[Officer] = web.RequestKey("officer", Officer)
"""Key of the request under which the middleware finds who asked."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way through a handler."""

    request: web.Request
    services: Services
    locale: str
    signed_in: Officer | None

    @property
    def officer(self) -> Officer:
        """Who is signed in; raises NotSignedIn."""
        if self.signed_in is None:
            raise NotSignedIn
        return self.signed_in

    @property
    def actor(self) -> str:
        """The log's name for the officer."""
        return f"officer/{self.officer.id}"

    def path(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    def require(self, verb: Verb, target: Target | None = None) -> None:
        """The access policy; raises NotAllowed."""
        require(self.officer, verb, target, self.services.directory.tree)

    @property
    def scope(self) -> frozenset[str] | None:
        """The units that the officer sees; None for all."""
        return self.services.directory.scope(self.officer.unit_id)


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table.

    ``terminal``: for a duty terminal's sign-in; ``first_password``: open to an officer who has yet
    to set a password of their own; ``large``: with pictures in its body.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    tag: str
    body: type[BaseModel] | None = None
    returns: Any = None
    status: int = 200
    public: bool = False
    large: bool = False
    terminal: bool = False
    first_password: bool = False
    content_type: str = "application/json"
    query: dict[str, str] = field(default_factory=dict)


class RouteGroup:
    """The routes of one resource."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.routes: list[Route] = []

    def get(self, path: str, summary: str, returns: Any, **more: Any) -> Callable[[H], H]:
        """A reading route."""
        return self._add("GET", path, summary, returns=returns, **more)

    def post(self, path: str, summary: str, **more: Any) -> Callable[[H], H]:
        """A mutating route."""
        return self._add("POST", path, summary, **more)

    def put(self, path: str, summary: str, **more: Any) -> Callable[[H], H]:
        """A replacing route."""
        return self._add("PUT", path, summary, **more)

    def delete(self, path: str, summary: str, **more: Any) -> Callable[[H], H]:
        """A removing route."""
        return self._add("DELETE", path, summary, **more)

    def _add(self, method: str, path: str, summary: str, **more: Any) -> Callable[[H], H]:
        def register(handler: H) -> H:
            self.routes.append(Route(method, path, handler, summary, self.tag, **more))
            return handler

        return register


def as_aiohttp(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The route as aiohttp wants it."""

    async def handle(request: web.Request) -> web.StreamResponse:
        services = request.app[SERVICES]
        if route.method != "GET":
            server = services.settings.server
            check_origin(request, services.public_url, server.allowed_origins, required=True)
        call = Call(request, services, request_locale(request), await _officer(request, route))
        arguments = [] if route.body is None else [await _body(request, route, services)]
        result = await route.handler(call, *arguments)
        if isinstance(result, web.StreamResponse):
            return result
        return json_response(result, route)

    return handle


def request_locale(request: web.BaseRequest) -> str:
    """The language of the answer: ``?lang=``, else Accept-Language."""
    return locale_of(request.headers.get("Accept-Language", ""), request.query.get("lang"))


def json_response(result: Any, route: Route) -> web.Response:
    """Schemas and lists of them as JSON; None as 204."""
    if route.returns is None:
        return web.Response(status=204)
    data = TypeAdapter(route.returns).dump_json(result)
    return web.Response(body=data, status=route.status, content_type="application/json")


async def _officer(request: web.Request, route: Route) -> Officer | None:
    if route.public:
        return None
    services = request.app[SERVICES]
    if route.terminal:
        token = request.cookies.get(TERMINAL_COOKIE)
        officer = await services.terminal_sign_ins.officer(token)
    else:
        token = request.cookies.get(COOKIE)
        officer = await services.staff.officer(token, first_password=route.first_password)
    request[OFFICER] = officer
    return officer


async def _body(request: web.Request, route: Route, services: Services) -> BaseModel:
    server = services.settings.server
    limit = server.max_enrolment_bytes if route.large else server.max_body_bytes
    sized = request.clone(client_max_size=limit)
    try:
        raw = await sized.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge(limit=limit) from error
    assert route.body is not None
    try:
        return route.body.model_validate(json.loads(raw or b"null"))
    except ValidationError as error:
        fields = [".".join(str(part) for part in e["loc"]) for e in error.errors()]
        raise InvalidInput("invalid_input", fields=", ".join(fields)[:200]) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput("bad_json") from error
