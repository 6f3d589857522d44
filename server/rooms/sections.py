"""Which media sections of an offer can be sent something, by their ``mid`` (RFC 8843)."""

from dataclasses import dataclass

RECEIVING = frozenset({"sendrecv", "recvonly"})
DIRECTIONS = frozenset({"sendrecv", "recvonly", "sendonly", "inactive"})


@dataclass(frozen=True, slots=True)
class Sections:
    """Mids in the order of the offer."""

    video: tuple[str, ...] = ()
    audio: tuple[str, ...] = ()


@dataclass(slots=True)
class _Section:
    kind: str
    direction: str
    mid: str = ""


def receiving(sdp: str) -> Sections:
    """The sections of an SDP offer whose sender wants to receive (RFC 8866, RFC 9429)."""
    common = "sendrecv"
    sections: list[_Section] = []
    for line in sdp.splitlines():
        if line.startswith("m="):
            sections.append(_Section(line[2:].partition(" ")[0], common))
        elif line.startswith("a=") and line[2:] in DIRECTIONS:
            if sections:
                sections[-1].direction = line[2:]
            else:
                common = line[2:]
        elif line.startswith("a=mid:") and sections:
            sections[-1].mid = line[6:].strip()
    wanted = [s for s in sections if s.direction in RECEIVING and s.mid]
    return Sections(
        tuple(s.mid for s in wanted if s.kind == "video"),
        tuple(s.mid for s in wanted if s.kind == "audio"),
    )
