"""Transport-wide congestion control in offer and answer, which aiortc does not negotiate.

An offer's wish is read before aiortc sees it, and granted in the answer that aiortc wrote (RFC 4585
section 4.2 for ``rtcp-fb``, RFC 8285 for ``extmap``, RFC 5506 for ``rtcp-rsize``). Only what was
offered is granted, under the offer's own numbers, and only where the client may send.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TRANSPORT_SEQUENCE_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_FEEDBACK = "transport-cc"
_LARGEST_ELEMENT = 14  # of a one-byte header extension


@dataclass(frozen=True, slots=True)
class OfferedFeedback:
    """What one media section offers: an extension element, the payload types, reduced size."""

    element: int | None
    payload_types: frozenset[str]
    reduced_size: bool

    @property
    def transport_wide(self) -> bool:
        """Whether transport-wide feedback can be given."""
        return self.element is not None and bool(self.payload_types)


def offered_feedback(lines: Iterable[str]) -> OfferedFeedback:
    """Read the attribute lines of one media section of an offer."""
    element: int | None = None
    payload_types: set[str] = set()
    reduced_size, sends = False, True
    for line in lines:
        name, _, value = line[2:].partition(":")
        first, _, rest = value.partition(" ")
        if name == "extmap" and rest == TRANSPORT_SEQUENCE_URI:
            number = first.partition("/")[0]
            if number.isascii() and number.isdigit() and 0 < int(number) <= _LARGEST_ELEMENT:
                element = int(number)
        elif name == "rtcp-fb" and rest == _FEEDBACK:
            payload_types.add(first)
        elif name == "rtcp-rsize":
            reduced_size = True
        elif name in ("recvonly", "inactive"):
            sends = False
    return OfferedFeedback(element if sends else None, frozenset(payload_types), reduced_size)


def grant(answer: str, offered: Mapping[str, OfferedFeedback]) -> str:
    """Write into an answer what its offer asked for, by section name (mid)."""
    lines = answer.splitlines()
    starts = [index for index, line in enumerate(lines) if line.startswith("m=")]
    written = lines[: starts[0]] if starts else lines
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        section = lines[start:end]
        mid = next((line[6:] for line in section if line.startswith("a=mid:")), "")
        feedback = offered.get(mid)
        written += section if feedback is None else _granted(section, feedback)
    return "\r\n".join(written) + "\r\n"


def _granted(section: list[str], feedback: OfferedFeedback) -> list[str]:
    receives = "a=recvonly" in section or "a=sendrecv" in section
    written = []
    for line in section:
        written.append(line)
        if line.startswith("a=mid:"):
            if feedback.transport_wide and receives:
                written.append(f"a=extmap:{feedback.element} {TRANSPORT_SEQUENCE_URI}")
            if feedback.reduced_size:
                written.append("a=rtcp-rsize")
        elif line.startswith("a=rtpmap:") and feedback.transport_wide and receives:
            payload_type = line[9:].partition(" ")[0]
            if not feedback.payload_types.isdisjoint((payload_type, "*")):
                written.append(f"a=rtcp-fb:{payload_type} {_FEEDBACK}")
    return written
