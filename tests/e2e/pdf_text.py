"""The text of a PDF as a reader would copy it (ISO 32000-1, 9.10: ToUnicode maps)."""

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
FONT = re.compile(rb"/(F\d+) (\d+) 0 R")
MAP_OF = re.compile(rb"/ToUnicode (\d+) 0 R")
SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """All text that is shown, a line a string."""
    objects = {number: body for number, body in OBJECT.findall(pdf)}
    maps = {
        name: _map(_stream(objects[found[1]]))
        for name, font in FONT.findall(pdf)
        if (found := MAP_OF.search(objects[font]))
    }
    lines: list[str] = []
    for body in objects.values():
        content = _stream(body)
        if b" Tj" not in content:
            continue
        letters: dict[int, str] = {}
        for name, shown in SHOWN.findall(content):
            if name:
                letters = maps.get(name, {})
            else:
                codes = _unescaped(shown)
                pairs = zip(codes[::2], codes[1::2], strict=True)
                lines.append("".join(letters.get(high << 8 | low, "?") for high, low in pairs))
    return "\n".join(lines)


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    if found is None:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _map(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\n", cmap)
    return {
        int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for code, letter in pairs
        if len(letter) % 4 == 0
    }


def _unescaped(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", lambda m: ESCAPED.get(m[1], m[1]), text, flags=re.DOTALL)
