"""The front end's types of the HTTP API are those of the server's schemas."""

from pathlib import Path

from bootstrap.api_types import TYPES, write_types


def test_the_types_are_made_from_the_present_schemas(tmp_path: Path) -> None:
    """Red? ``make api-types`` writes them anew."""
    fresh = tmp_path / "api.d.ts"
    write_types(fresh)
    assert TYPES.read_text("utf-8") == fresh.read_text("utf-8")
