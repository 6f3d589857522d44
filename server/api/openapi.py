"""The OpenAPI 3.1 document, made from the route registry and the pydantic schemas."""

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import TypeAdapter

from server.api.routing import Route
from server.api.schemas import ErrorView

_REF = "#/components/schemas/{model}"
_STATUSES = {
    "400": "a value that can be mended",
    "401": "not signed in",
    "403": "not allowed",
    "404": "not found",
    "409": "the state does not allow it",
    "429": "too many attempts",
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The whole document as plain values."""
    known = list(routes)
    inputs = {_key(r, "body"): TypeAdapter(r.body) for r in known if r.body is not None}
    outputs = {_key(r, "returns"): TypeAdapter(r.returns) for r in known if r.returns is not None}
    outputs["error"] = TypeAdapter(ErrorView)
    refs, definitions = TypeAdapter.json_schemas(
        [
            *((key, "validation", adapter) for key, adapter in inputs.items()),
            *((key, "serialization", adapter) for key, adapter in outputs.items()),
        ],
        ref_template=_REF,
    )
    schemas = {name: ref for (name, _), ref in refs.items()}
    paths: dict[str, Any] = {}
    for route in known:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Roll Call 点名", "version": _version()},
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "staff": {"type": "apiKey", "in": "cookie", "name": "rollcall_session"}
            },
        },
    }


def _version() -> str:
    try:
        return version("rollcall")
    except PackageNotFoundError:
        return "0"


def _key(route: Route, part: str) -> str:
    return f"{route.method} {route.path} {part}"


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "tags": [route.tag],
        "security": [] if route.public else [{"staff": []}],
        "parameters": _parameters(route),
        "responses": _responses(route, schemas),
    }
    if route.body is not None:
        schema = schemas[_key(route, "body")]
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    in_query = [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in route.query.items()
    ]
    return in_path + in_query


def _responses(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/json": {"schema": schemas["error"]}}
    errors = {
        status: {"description": text, "content": problem} for status, text in _STATUSES.items()
    }
    if route.content_type != "application/json":
        body = {"schema": {"type": "string", "contentMediaType": route.content_type}}
        good = {"description": "the content", "content": {route.content_type: body}}
        return {str(route.status): good, **errors}
    if route.returns is None:
        return {"204": {"description": "done"}, **errors}
    content = {"application/json": {"schema": schemas[_key(route, "returns")]}}
    return {str(route.status): {"description": "the value", "content": content}, **errors}
