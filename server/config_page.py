"""Writes docs/configuration.md from the configuration tree: ``python -m server.config_page``."""

from datetime import time
from typing import Any

from server.config import CONFIG_FILE, Section, Settings

HEAD = f"""# Configuration

Written by `python -m server.config_page > docs/configuration.md`; a test fails when it is not
current.

Values come from the command line, then from the environment (`ROLLCALL_` + section + `__` + name,
for example `ROLLCALL_POLICY__ATTEMPTS=3`), then from `{CONFIG_FILE}` in the data directory, then
from the defaults here. An unknown key or a value out of bounds stops the start and is named.

```toml
[server]
time_zone = "Asia/Shanghai"

[media]
max_sessions = 6
```
"""


def render() -> str:
    """The page."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type) and issubclass(section, Section)
        parts += _sections(name, section)
    return "\n".join(parts)


def _sections(name: str, section: type[Section]) -> list[str]:
    """A section's table and those of the sections inside it."""
    rows = [f"## [{name}]", "", "| Key | Default | Bounds | Meaning |", "|---|---|---|---|"]
    properties = section.model_json_schema()["properties"]
    inner: list[str] = []
    for key, schema in properties.items():
        default = section.model_fields[key].default
        if isinstance(default, Section):
            inner += _sections(f"{name}.{key}", type(default))
            continue
        meaning = schema["description"]
        rows.append(f"| `{key}` | {_value(default)} | {_bounds(schema)} | {meaning} |")
    return ["\n".join(rows) + "\n", *inner]


def _value(value: Any) -> str:
    if isinstance(value, time):
        return f"`{value:%H:%M}`"
    if value in (None, ""):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return ", ".join(_value(one) for one in value)
    return f"`{value}`"


def _bounds(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum")
    if low is None and high is None:
        return ""
    return f"{low} to {high}"


if __name__ == "__main__":
    print(render(), end="")
