"""The HTTP values of imports: a file goes in as base64, the fate of each row comes out."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.schemas import Schema

Kind = Literal["units", "officers", "persons"]
Content = Annotated[str, Field(max_length=28_000_000, description="The file, base64")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ImportFileBody(Schema):
    """POST /api/imports/{kind}/dry-run."""

    content: Content


class ImportOrder(Schema):
    """POST /api/imports/{kind}/apply: what the dry run answered, and the same file again."""

    content: Content
    sha256: Digest
    fingerprint: Digest


class CellProblem(Schema):
    """Why a cell is refused, in the user's language; ``heading`` as the template calls it."""

    field: str
    heading: str
    value: str
    code: str
    message: str


class CellChange(Schema):
    """A cell that changes what is there, in words."""

    field: str
    heading: str
    old: str
    new: str


class RowFateView(Schema):
    """``line`` counts from 1, the headings included, as spreadsheets do."""

    line: int
    name: str
    fate: Literal["new", "changed", "unchanged", "refused"]
    problems: list[CellProblem] = Field(default=[])
    changes: list[CellChange] = Field(default=[])


class FateCounts(Schema):
    """Rows by fate."""

    new: int
    changed: int
    unchanged: int
    refused: int


class DryRunView(Schema):
    """What would become of each row; nothing was written. ``ignored``: headings unknown to us."""

    sha256: Digest
    fingerprint: Digest
    counts: FateCounts
    ignored: list[str]
    rows: list[RowFateView]


class FirstPassword(Schema):
    """An imported officer's first password; told this once, kept nowhere in clear."""

    name: str
    unit: str
    username: str
    password: str


class AppliedView(Schema):
    """What was written, in one unit of work."""

    counts: FateCounts
    passwords: list[FirstPassword] = Field(default=[])
