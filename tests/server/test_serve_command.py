"""``rollcall serve`` refuses libraries whose private names it does not know, in plain words."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

OTHER_LIBRARIES = """
import sys
from importlib import metadata

real = metadata.version
metadata.version = lambda name: "9.9.9" if name == "aioice" else real(name)
sys.modules["aioice"] = sys.modules["aiortc"] = None  # what they are now cannot even be imported

from server.cli.main import app

app(["serve", "--port", "0", "--data", sys.argv[1]])
"""


def test_another_version_is_named_before_anything_runs(tmp_path: Path) -> None:
    data = tmp_path / "data"
    ran = subprocess.run(
        [sys.executable, "-c", OTHER_LIBRARIES, str(data)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    for words in ("aioice", "0.13.0", "9.9.9"):
        assert ran.stderr.count(words) == 2  # in both languages
    assert ran.stdout == ""
    assert not data.exists()
