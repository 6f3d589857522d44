"""PROTOCOL.md and the models say the same: every message, every field, every limit."""

import re
import typing
from pathlib import Path

import pytest

from server import messages as m
from server.config import ServerSection

PAGE = (Path(__file__).resolve().parents[2] / "PROTOCOL.md").read_text("utf-8")


def members(union: typing.Any) -> tuple[type[m.Message], ...]:
    """The message classes of one direction."""
    return typing.get_args(typing.get_args(union)[0])


ALL = (*members(m.ClientMessage), *members(m.ServerMessage))


def sections() -> dict[str, str]:
    """The text of each message's section by type."""
    parts = re.split(r"^### `(\w+)`$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_message_has_a_section_and_every_section_a_message() -> None:
    assert sorted(sections()) == sorted(c.model_fields["type"].default for c in ALL)


@pytest.mark.parametrize("message", ALL, ids=lambda c: str(c.__name__))
def test_every_field_is_described(message: type[m.Message]) -> None:
    text = sections()[message.model_fields["type"].default].split("\n## ")[0]
    described = set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))
    assert described == set(message.model_fields) - {"type"}


def test_the_limits_are_those_of_the_configuration() -> None:
    server = ServerSection()
    for value in (
        server.max_message_bytes,
        m.MAX_SDP_CHARACTERS,
        m.MAX_PICTURE_CHARACTERS,
        m.MAX_PICTURE_CHARACTERS * 3 // 4,
        server.message_burst,
    ):
        assert f"{value:,}" in PAGE
    assert f"Version {m.PROTOCOL_VERSION}." in PAGE


def test_types_are_unique_and_unknown_fields_refused() -> None:
    types = [c.model_fields["type"].default for c in ALL]
    assert len(types) == len(set(types))
    assert all(c.model_config.get("extra") == "forbid" for c in ALL)
