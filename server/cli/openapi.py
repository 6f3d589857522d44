"""``rollcall openapi``: the OpenAPI document, for generating client types."""

import json

import typer


def openapi() -> None:
    """Print the OpenAPI 3.1 document."""
    from server.api.openapi import document
    from server.api.table import all_routes

    typer.echo(json.dumps(document(all_routes()), ensure_ascii=False, indent=2))
