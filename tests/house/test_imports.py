"""The domain is pure. (The one-way rule itself is import-linter's, in ``make lint``.)"""

import ast
import sys

from tests.house.tree import ROOT, project_files, short


def imported(tree: ast.AST) -> set[str]:
    """First names of everything imported anywhere in a module."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def foreign_imports(folder: str, *own: str) -> dict[str, set[str]]:
    """Imports of a folder's files that are neither ours nor the standard library's."""
    allowed = sys.stdlib_module_names | set(own)
    found = {}
    for path in project_files(".py"):
        if (ROOT / folder) in path.parents:
            foreign = imported(ast.parse(path.read_text("utf-8"))) - allowed
            if foreign:
                found[short(path)] = foreign
    return found


def test_the_domain_needs_the_standard_library_only() -> None:
    assert foreign_imports("roll_call", "roll_call") == {}


def test_the_set_up_needs_the_standard_library_only() -> None:
    assert foreign_imports("bootstrap", "bootstrap") == {}


def test_the_domain_never_asks_for_the_time() -> None:
    """Time comes in as a value: no ``datetime.now``, ``utcnow`` or ``today``."""
    asked = []
    for path in project_files(".py"):
        if (ROOT / "roll_call") not in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
                base = node.value.id if isinstance(node.value, ast.Name) else ""
                if base in {"datetime", "date"}:
                    asked.append(f"{short(path)}:{node.lineno}")
    assert asked == []
