"""Loaded by Python itself in every process of a watched server: writes down who is spoken to.

One JSON line an event: process id, event, address. A process says ``started`` first, so that a test
can tell a silent process from one that nobody watched.
"""

import json
import os
import sys
from typing import Any

_ADDRESSED = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_NAMED = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_log = os.open(os.environ["WATCHED_SOCKETS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _note(event: str, address: object) -> None:
    line = json.dumps({"pid": os.getpid(), "event": event, "address": address}, default=str)
    os.write(_log, line.encode() + b"\n")


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _ADDRESSED:
        _note(event, arguments[1])
    elif event in _NAMED:
        _note(event, arguments[0])


_note("started", None)
sys.addaudithook(_watch)
