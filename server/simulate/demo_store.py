"""What the demonstration remembers between starts: the logins it made, in a file of mode 0600."""

import json
import os
from pathlib import Path
from secrets import token_urlsafe

from server.simulate.county import ADMINISTRATOR, LOGINS

FILE_NAME = "demo.json"


def passwords(data: Path) -> dict[str, str]:
    """Password by username; made at the first start, then read back (new logins are added)."""
    path = data / FILE_NAME
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    made = {login.username: token_urlsafe(9) for login in (ADMINISTRATOR, *LOGINS)}
    if known.keys() >= made.keys():
        return known
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({**made, **known}, file)
    return {**made, **known}
