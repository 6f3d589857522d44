"""Files stay small and say nothing about the machine on which they were written."""

import ast
import re
import statistics

from tests.house.tree import ROOT, project_files, python_sources, short

CODE = (".py", ".ts", ".vue", ".js", ".mjs", ".css")
MOST_LINES = 600
P90_LINES = 400
MEDIAN_LINES = 150
P90_FUNCTION_LINES = 35
MACHINE_PATH = re.compile(r"(?:^|[\"' =(])/(?:root|home|work|farm)/[a-z.]", re.MULTILINE)
DOWNLOAD_ADDRESS = re.compile(r'"resolved": *"http|registry *= *"?http|--(?:extra-)?index-url')
LEFT_OVER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
SKIPPED = re.compile(
    r"pytest\.(?:mark\.s" r"kip|s" r"kip\(|import" r"orskip)|\b(?:it|test)\.s" r"kip"
)
BINARY = (".onnx", ".task", ".tflite", ".dat", ".pth", ".mp4", ".webm", ".mjpeg", ".y4m", ".wav")
PICTURE = (".jpg", ".jpeg", ".png", ".webp")


def lines_of(*endings: str) -> dict[str, int]:
    """Lines of each file with one of these endings; generated declarations do not count."""
    paths = [p for p in project_files(*endings) if not p.name.endswith(".d.ts")]
    return {short(p): len(p.read_text("utf-8").splitlines()) for p in paths}


def test_no_file_is_longer_than_600_lines() -> None:
    assert {name: n for name, n in lines_of(*CODE).items() if n > MOST_LINES} == {}


def test_most_files_are_short() -> None:
    lengths = sorted(n for n in lines_of(*CODE).values() if n)
    assert statistics.median(lengths) <= MEDIAN_LINES
    assert statistics.quantiles(lengths, n=10)[-1] <= P90_LINES


def test_most_functions_are_short() -> None:
    lengths = []
    for path in python_sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths.append((node.end_lineno or node.lineno) - node.lineno + 1)
    assert statistics.quantiles(lengths, n=10)[-1] <= P90_FUNCTION_LINES


def found(pattern: re.Pattern[str]) -> list[str]:
    """Files whose text holds the pattern."""
    hits = []
    for path in project_files():
        if path.suffix in (*BINARY, *PICTURE):
            continue
        text = path.read_text("utf-8", errors="replace")
        hits.extend(f"{short(path)}: {hit[0].strip()}" for hit in pattern.finditer(text))
    return hits


def test_no_path_of_a_machine() -> None:
    assert found(MACHINE_PATH) == []


def test_no_download_address_in_a_lock_file() -> None:
    own = "tests/house/test_files.py"
    assert [hit for hit in found(DOWNLOAD_ADDRESS) if not hit.startswith(own)] == []


def test_nothing_is_left_for_later() -> None:
    assert found(LEFT_OVER) == []


def test_no_test_is_left_out() -> None:
    assert found(SKIPPED) == []


def test_no_weights_and_no_pictures_but_our_own_screenshots() -> None:
    assert [short(p) for p in project_files(*BINARY)] == []
    pictures = [short(p) for p in project_files(*PICTURE)]
    assert [name for name in pictures if not name.startswith("docs/")] == []


def test_every_test_folder_is_a_package() -> None:
    """Without it ``tests/media`` would stand for ``media`` on the import path."""
    folders = {p.parent for p in project_files(".py") if (ROOT / "tests") in p.parents}
    assert [short(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []
