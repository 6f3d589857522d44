"""Imports over HTTP: formats, the dry run, the deed; bombs, formulas and changed files refused."""

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from roll_call.importing import ImportKind
from roll_call.people import Role
from server.importing.words import headings, vocabulary
from tests.server.test_organisation import admin as admin
from tests.server.town import Staff, Town

LOCALES = Path(__file__).parents[2] / "client_web" / "src" / "locales"
UNITS = [["单位名称 *", "类别", "上级单位", "电话"], ["南河司法所", "司法所", "", "0100-1"]]


def sheet(table: list[list[Any]]) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in table:
        page.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_csv(table: list[list[str]], encoding: str = "utf-8-sig", separator: str = ",") -> bytes:
    return "\r\n".join(separator.join(row) for row in table).encode(encoding)


def body(data: bytes, seen: dict[str, Any] | None = None) -> dict[str, Any]:
    known = {} if seen is None else {k: seen[k] for k in ("sha256", "fingerprint")}
    return {"content": base64.b64encode(data).decode(), **known}


async def look(staff: Staff, kind: str, data: bytes) -> dict[str, Any]:
    view: dict[str, Any] = await staff.post(f"/api/imports/{kind}/dry-run", body(data))
    return view


async def bring(staff: Staff, kind: str, table: list[list[Any]]) -> dict[str, Any]:
    """Look and apply."""
    data = sheet(table)
    seen = await look(staff, kind, data)
    applied: dict[str, Any] = await staff.post(f"/api/imports/{kind}/apply", body(data, seen))
    return applied


@pytest.mark.parametrize(
    "data",
    [
        sheet(UNITS),
        as_csv(UNITS),
        as_csv(UNITS, "gb18030"),
        as_csv(UNITS, "utf-8", ";"),
        as_csv(UNITS, "gb18030", "\t"),
        as_csv([["Name", "Kind", "Phone"], ["南河司法所", "Judicial office", "0100-1"]]),
    ],
    ids=["xlsx", "utf-8", "gb18030", "semicolon", "tab", "english"],
)
async def test_what_spreadsheets_write_is_read(town: Town, admin: Staff, data: bytes) -> None:
    seen = await look(admin, "units", data)
    assert [(r["line"], r["name"], r["fate"]) for r in seen["rows"]] == [(2, "南河司法所", "new")]
    assert "南河司法所" not in {u["name"] for u in await admin.get("/api/units")}
    await admin.post("/api/imports/units/apply", body(data, seen))
    made = next(u for u in await admin.get("/api/units") if u["name"] == "南河司法所")
    assert (made["kind"], made["phone"], made["parent_id"]) == (
        "judicial_office",
        "0100-1",
        town.ids["center"],
    )


async def test_the_dry_run_words_every_refusal_in_the_readers_language(admin: Staff) -> None:
    data = sheet([[*UNITS[0], "备注"], ["北河司法所", "学校", "", "=1+1", "x"], UNITS[1]])
    for language, word in (("zh-CN", "类别"), ("en", "Kind")):
        status, seen = await admin.ask(
            "POST",
            "/api/imports/units/dry-run",
            body(data),
            headers={"Accept-Language": language},
        )
        assert status == 200 and seen["ignored"] == ["备注"]
        problems = seen["rows"][0]["problems"]
        assert (problems[0]["heading"], problems[0]["value"]) == (word, "学校")
        assert {p["code"] for p in problems} == {"import_unknown_word", "import_formula"}
        assert all(p["message"] for p in problems)
    assert seen["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}


async def test_a_county_is_made_by_three_files(town: Town, admin: Staff) -> None:
    await bring(
        admin,
        "units",
        [
            ["Name", "Kind", "Belongs to", "Phone"],
            ["River office", "Judicial office", "River county", "1"],
            ["River county", "County bureau", "", "2"],
        ],
    )
    officers = await bring(
        admin,
        "officers",
        [
            ["Name", "User name", "Unit", "Post", "Phone", "Role"],
            ["Wu", "wu", "River office", "Head", 13900000000, "Office officer"],
            ["Lu", "lu", "River county", "", "", "Duty officer"],
        ],
    )
    assert [p["username"] for p in officers["passwords"]] == ["wu", "lu"]
    await bring(
        admin,
        "persons",
        [["Name", "Dossier number", "Offices", "Class"], ["Hu", "R-1", "River office", "Strict"]],
    )
    for given in officers["passwords"]:
        signed_in = {"username": given["username"], "password": given["password"]}
        view = await Staff(town).post("/api/session", signed_in)
        assert view["officer"]["unit"] == given["unit"]
    wu = next(o for o in await admin.get("/api/officers") if o["username"] == "wu")
    assert (wu["post"], wu["phone"]) == ("Head", "13900000000")
    hu = next(p for p in await admin.get("/api/persons") if p["dossier_number"] == "R-1")
    assert (hu["offices"], hu["supervision_class"]) == (["River office"], "strict")
    rows = await town.services.store.read(lambda r: r.log.after(0, 10_000))
    assert [row.kind for row in rows].count("import.applied") == 3
    passwords = {p["password"] for p in officers["passwords"]}
    assert not any(password in repr(rows) for password in passwords)


async def test_nothing_is_applied_but_what_was_seen(town: Town, admin: Staff) -> None:
    data, other = sheet(UNITS), sheet([*UNITS, ["第二司法所", "", "", ""]])
    seen = await look(admin, "units", data)
    path = "/api/imports/units/apply"
    assert await admin.refusal("POST", path, body(other, seen)) == (409, "import_file_changed")
    await admin.post("/api/units", {"name": "南河司法所", "kind": "prison"})
    assert await admin.refusal("POST", path, body(data, seen)) == (409, "import_outdated")
    names = [u["name"] for u in await admin.get("/api/units")]
    assert names.count("南河司法所") == 1 and "第二司法所" not in names
    await bring(admin, "units", UNITS)
    seen = await look(admin, "units", data)
    assert seen["counts"]["unchanged"] == 1
    assert await admin.refusal("POST", path, body(data, seen)) == (400, "import_nothing_to_do")


async def test_what_changes_in_the_very_moment_of_writing_stops_it(
    town: Town, admin: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = sheet([["Name", "User name", "Unit"], ["Wu", "wu", "east office"]])
    seen = await look(admin, "officers", data)
    passwords = town.services.staff.passwords
    hashed = passwords.hash

    async def meanwhile(password: str) -> str:
        monkeypatch.setattr(passwords, "hash", hashed)
        await admin.post("/api/units", {"name": "another", "kind": "prison"})
        return await hashed(password)

    monkeypatch.setattr(passwords, "hash", meanwhile)
    path = "/api/imports/officers/apply"
    assert await admin.refusal("POST", path, body(data, seen)) == (409, "import_outdated")
    assert "wu" not in {o["username"] for o in await admin.get("/api/officers")}


async def test_changed_rights_end_sign_ins(town: Town, admin: Staff) -> None:
    east = Staff(town)
    await east.sign_in("east")
    table = [["Name", "User name", "Unit", "Post"], ["East", "east", "west office", "Head"]]
    applied = await bring(admin, "officers", table)
    assert applied["counts"]["changed"] == 1 and applied["passwords"] == []
    assert (await east.ask("GET", "/api/session"))[0] == 401
    await east.sign_in("east")


def bomb(unpacked: int) -> bytes:
    """A small archive that grows."""
    packed = io.BytesIO(sheet(UNITS))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/large.bin", b"\0" * unpacked)
    return packed.getvalue()


def growing_entities() -> bytes:
    """A workbook whose sheet declares a document type."""
    packed, grown = io.BytesIO(sheet(UNITS)), io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(grown, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + data
            new.writestr(part.filename, data)
    return grown.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(60_000_000), "import_unpacks_too_large"),
        (growing_entities(), "import_not_a_table"),
        (b"PK\x03\x04 broken", "import_not_a_table"),
        (b"\xd0\xcf\x11\xe0 old", "import_old_excel"),
        (b"\xff\xff\xff\xff", "import_encoding"),
        (b"\x00\x01,\x02\n1,2", "import_not_a_table"),
        (as_csv([UNITS[0]]), "import_empty"),
        (as_csv([["类别"], ["司法所"]]), "import_heading_missing"),
        (as_csv([["单位名称", "Name"], ["a", "b"]]), "import_heading_twice"),
        (as_csv([["Name"], *([f"n{n}"] for n in range(5_001))]), "import_too_many_rows"),
        (sheet([["Name"], *([f"n{n}"] for n in range(5_001))]), "import_too_many_rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_sound_table_is_refused(admin: Staff, data: bytes, code: str) -> None:
    assert len(data) < 2_000_000
    assert await admin.refusal("POST", "/api/imports/units/dry-run", body(data)) == (400, code)


async def test_too_large_a_file_is_refused(admin: Staff) -> None:
    refused = await admin.refusal("POST", "/api/imports/units/dry-run", body(b"a" * 2_000_001))
    assert refused == (413, "too_large")


async def test_a_formula_of_a_workbook_is_never_taken_for_its_value(admin: Staff) -> None:
    seen = await look(admin, "units", sheet([["Name"], ['=HYPERLINK("//x","a")']]))
    assert seen["rows"][0]["problems"][0]["code"] == "import_formula"


async def test_each_role_imports_what_it_manages(town: Town, admin: Staff, duty: Staff) -> None:
    data = body(sheet(UNITS))
    for kind, status in (("units", 403), ("officers", 403), ("persons", 400)):
        assert (await duty.ask("POST", f"/api/imports/{kind}/dry-run", data))[0] == status
        assert (await duty.ask("GET", f"/api/imports/{kind}/template"))[0] == (
            403 if status == 403 else 200
        )
    east = Staff(town)
    await east.sign_in("east")
    table = [["Name", "Dossier number", "Offices"], ["A", "E-1", "east office"]]
    stolen = ["bob", "D-bob", "east office"]
    seen = await look(east, "persons", sheet([*table, stolen, ["C", "E-3", "west office"]]))
    assert [r["fate"] for r in seen["rows"]] == ["new", "refused", "refused"]
    judge = Staff(town)
    await judge.sign_in("judge")
    assert (await judge.ask("POST", "/api/imports/persons/dry-run", data))[0] == 403
    assert (await admin.ask("POST", "/api/imports/plans/dry-run", data))[0] == 404


@pytest.mark.parametrize("kind", ["units", "officers", "persons"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_template_is_read_back(admin: Staff, kind: str, language: str) -> None:
    for form in ("xlsx", "csv"):
        path = f"/api/imports/{kind}/template?format={form}&lang={language}"
        status, data = await admin.ask("GET", path)
        assert status == 200
        refused = await admin.refusal("POST", f"/api/imports/{kind}/dry-run", body(data))
        assert refused == (400, "import_empty")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_officers_that_the_console_exports_can_be_read_back(language: str) -> None:
    console = json.loads((LOCALES / f"console.{language}.json").read_text("utf-8"))
    for field in ("name", "username", "unit", "post", "phone", "role"):
        assert headings(ImportKind.OFFICERS)[console[f"field.{field}"].lower()] == field
    for role in Role:
        assert vocabulary()["role"][console[f"role.{role.value}"].lower()] == role.value
