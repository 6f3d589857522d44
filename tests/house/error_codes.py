"""Error codes in the sources, found by reading the syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.house.tree import python_sources, short

BASE = "RollCallError"


@dataclass(frozen=True)
class Raised:
    """One place that makes a typed error; ``params`` is None where they cannot be read off."""

    where: str
    code: str
    params: frozenset[str] | None


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax tree of every source file."""
    return {short(path): ast.parse(path.read_text("utf-8")) for path in python_sources()}


@cache
def error_classes() -> dict[str, str]:
    """Every class below RollCallError with its default code (its own, or the one above's)."""
    classes = [
        n for tree in trees().values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)
    ]
    known = {BASE: "internal"}
    grown = True
    while grown:
        grown = False
        for node in classes:
            above = [b.id for b in node.bases if isinstance(b, ast.Name) and b.id in known]
            if above and node.name not in known:
                known[node.name] = _default_code(node) or known[above[0]]
                grown = True
    return known


def _default_code(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
            if "default_code" in names:
                return str(statement.value.value)
    return None


def raised() -> Iterator[Raised]:
    """Every call of an error class whose code can be read off, one item for each code."""
    classes = error_classes()
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in classes:
                where = f"{name}:{node.lineno}"
                for code in _codes(node) or [classes[called]]:
                    yield Raised(where, code, _params(node))


def _codes(call: ast.Call) -> list[str]:
    """Texts in the first argument or in ``code=``; both branches of a conditional."""
    given = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "code")]
    constants = (n for expression in given for n in _results(expression))
    return [n.value for n in constants if isinstance(n.value, str)]


def _results(expression: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(expression, ast.Constant):
        yield expression
    elif isinstance(expression, ast.IfExp):
        yield from _results(expression.body)
        yield from _results(expression.orelse)


def _params(call: ast.Call) -> frozenset[str] | None:
    if any(word.arg is None for word in call.keywords):
        return None
    return frozenset(word.arg for word in call.keywords if word.arg and word.arg != "code")
