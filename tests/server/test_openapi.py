"""The OpenAPI document: complete, self-consistent, and what `rollcall openapi` prints."""

import json
import re

from typer.testing import CliRunner

from server.api.openapi import document
from server.api.table import all_routes
from server.cli.main import app
from tests.server.town import Staff, Town


def test_every_route_is_in_the_document_once() -> None:
    described = document(all_routes())
    operations = {
        (method.upper(), path) for path, item in described["paths"].items() for method in item
    }
    assert operations == {(r.method, r.path) for r in all_routes()}
    assert len(operations) == len(all_routes())
    names = [op["operationId"] for item in described["paths"].values() for op in item.values()]
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere() -> None:
    described = document(all_routes())
    text = json.dumps(described)
    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert wanted <= set(described["components"]["schemas"])
    assert "ErrorView" in wanted and described["openapi"] == "3.1.0"


def test_bodies_answers_paths_and_errors_are_described() -> None:
    described = document(all_routes())
    for route in all_routes():
        operation = described["paths"][route.path][route.method.lower()]
        assert operation["summary"] and operation["tags"]
        assert ("requestBody" in operation) == (route.body is not None)
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", route.path))
        assert {"401", "403", "404"} <= set(operation["responses"])
        assert operation["security"] == ([] if route.public else [{"staff": []}])


async def test_the_server_and_the_command_give_the_same_document(town: Town, duty: Staff) -> None:
    served = await duty.get("/api/openapi.json")
    printed = CliRunner().invoke(app, ["openapi"])
    assert json.loads(printed.stdout) == served == json.loads(json.dumps(document(all_routes())))
