"""The documents say what there is: every target, every message, every link leads somewhere."""

import re
from typing import get_args

import pytest

from server.messages import ClientMessage, ServerMessage
from tests.house.tree import ROOT, project_files, short

READMES = ("README.md", "README.zh-CN.md")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)")


def targets() -> list[str]:
    """The targets of the Makefile that `make help` lists."""
    return re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def message_types() -> list[str]:
    """``type`` of every WebSocket message."""
    classes = [*get_args(get_args(ClientMessage)[0]), *get_args(get_args(ServerMessage)[0])]
    return [kind.model_fields["type"].default for kind in classes]


@pytest.mark.parametrize("readme", READMES)
def test_readme_names_every_target(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    assert targets()
    assert [t for t in targets() if t != "help" and f"make {t}" not in text] == []


def test_protocol_names_every_message() -> None:
    text = (ROOT / "PROTOCOL.md").read_text("utf-8")
    assert message_types()
    assert [kind for kind in message_types() if f"`{kind}`" not in text] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in project_files(".md"):
        for target in LINK.findall(path.read_text("utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{short(path)} -> {target}")
    assert broken == []
