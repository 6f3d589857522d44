"""``rollcall audit verify``: exit codes and the JSON line that others read."""

import json
import random
from pathlib import Path

from typer.testing import CliRunner, Result

from server.cli.audit import app
from storage.sqlite import DATABASE_NAME, KEY_NAME, SqliteStore
from tests.storage.cast import staged
from tests.storage.tampering import alter_log, tamper_with


def run(data_dir: Path, *further: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["verify", "--data", str(data_dir), *further])


async def test_it_says_intact_found_and_cannot_look(data_dir: Path) -> None:
    await (await staged(SqliteStore(data_dir))).close()
    intact = run(data_dir, "--json")
    assert intact.exit_code == 0
    report = json.loads(intact.stdout.splitlines()[-1])
    assert report["intact"] is True and report["rows"] == report["head_seq"] > 0

    tamper_with(data_dir / DATABASE_NAME, alter_log, random.Random(1))
    found = run(data_dir, "--json")
    assert found.exit_code == 1
    report = json.loads(found.stdout.splitlines()[-1])
    assert report["intact"] is False and report["findings"][0]["seq"] > 0
    assert "findings" in run(data_dir).stdout

    (data_dir / KEY_NAME).unlink()
    refused = run(data_dir, "--json")
    assert refused.exit_code == 2
    assert json.loads(refused.stdout.splitlines()[-1])["error"]["code"] == "key_file_missing"
