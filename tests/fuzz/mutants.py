"""Messages as no client of ours would send them, made from valid ones; a seed repeats them all."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from server.messages import client_messages

ID = "0" * 32
SEEDS: tuple[dict[str, Any], ...] = (
    {"type": "hello", "version": 1, "role": "phone", "locale": "en", "device_id": ID},
    {"type": "take_ticket", "entry_id": ID},
    {"type": "consent", "face_verification": True},
    {"type": "camera_problem", "problem": "denied", "detail": "NotAllowedError"},
    {"type": "offer", "purpose": "publish", "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"},
    {"type": "answers", "items": {"where": "home", "health": "good"}},
    {"type": "location", "latitude": 37.9, "longitude": 112.5, "accuracy_m": 20.0},
    {"type": "location_declined", "why": "declined"},
    {"type": "hang_up"},
    {"type": "route", "mid": "0", "session_id": ID},
)
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e308,
    2**63,
    "",
    "\x00",
    "\ud800",
    "x" * 5000,
    "点名" * 500,
    "../../etc/passwd",
    "' OR 1=1 --",
    "<script>",
    [],
    {},
    [[]] * 50,
    {"type": "hang_up"},
)
NOISE: tuple[str, ...] = ("", " ", "null", "[]", "{", "NaN", '"hello"', "0", "\ufeff{}", "[" * 900)

Mutation = Callable[[random.Random, dict[str, Any]], str]


def _text(message: object) -> str:
    return json.dumps(message, ensure_ascii=True, allow_nan=True)


def _odd_value(chance: random.Random, seed: dict[str, Any]) -> str:
    return _text({**seed, chance.choice(list(seed)): chance.choice(ODD)})


def _field_lost(chance: random.Random, seed: dict[str, Any]) -> str:
    lost = chance.choice(list(seed))
    return _text({key: value for key, value in seed.items() if key != lost})


def _field_added(chance: random.Random, seed: dict[str, Any]) -> str:
    return _text({**seed, chance.choice(("admin", "__proto__", "state")): chance.choice(ODD)})


def _other_type(chance: random.Random, seed: dict[str, Any]) -> str:
    types = [other["type"] for other in SEEDS] + ["receipt", "welcome", "HELLO", ""]
    return _text({**seed, "type": chance.choice(types)})


def _cut(chance: random.Random, seed: dict[str, Any]) -> str:
    text = _text(seed)
    return text[: chance.randrange(len(text))]


def _scrambled(chance: random.Random, seed: dict[str, Any]) -> str:
    text = list(_text(seed))
    for _ in range(chance.randint(1, 4)):
        text[chance.randrange(len(text))] = chr(chance.randrange(1, 0x2FFF))
    return "".join(text)


def _doubled(chance: random.Random, seed: dict[str, Any]) -> str:
    return chance.choice((_text(seed) * 2, _text([seed]), _text(_text(seed))))


def _nested(chance: random.Random, seed: dict[str, Any]) -> str:
    depth = chance.choice((5, 200, 3000))
    field = chance.choice(list(seed))
    return _text(seed)[:-1] + f', "{field}": ' + '{"a":' * depth + "1" + "}" * depth + "}"


def _noise(chance: random.Random, seed: dict[str, Any]) -> str:
    return chance.choice(NOISE)


MUTATIONS: tuple[Mutation, ...] = (
    _odd_value,
    _odd_value,
    _field_lost,
    _field_added,
    _other_type,
    _cut,
    _scrambled,
    _doubled,
    _nested,
    _noise,
)


def malformed(seed: int) -> Iterator[str]:
    """Without end: texts that are no message of the protocol."""
    chance = random.Random(seed)
    while True:
        text = chance.choice(MUTATIONS)(chance, dict(chance.choice(SEEDS)))
        if not is_message(text):
            yield text


def is_message(text: str) -> bool:
    """Whether the protocol knows this text."""
    try:
        client_messages.validate_json(text)
    except ValidationError:
        return False
    return True


def mutated_sdp(seed: int, good: str) -> Iterator[str]:
    """Without end: offers that were good once, with lines lost, doubled, mixed up or spoilt."""
    chance = random.Random(seed)
    values = ("", "-1", "65536", "x" * 300, "é点\x00", "9" * 40, "0", "1.5e9", "a=b:c d")
    while True:
        lines = good.splitlines()
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(lines))
            match chance.randrange(6):
                case 0:
                    del lines[at]
                case 1:
                    lines.insert(at, lines[chance.randrange(len(lines))])
                case 2:
                    words = lines[at].split(" ")
                    words[chance.randrange(len(words))] = chance.choice(values)
                    lines[at] = " ".join(words)
                case 3:
                    head, _, _ = lines[at].partition(":")
                    lines[at] = f"{head}:{chance.choice(values)}"
                case 4:
                    other = chance.randrange(len(lines))
                    lines[at], lines[other] = lines[other], lines[at]
                case _:
                    lines = lines[: max(2, at)]
            lines = lines or ["v=0"]
        yield "\r\n".join(lines) + "\r\n"
