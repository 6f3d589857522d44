"""Offers from outside are read once, line by line, and written anew with only what we know.

The parser behind this raises many exception types and takes its time over long input, so it only
ever sees short offers made of known lines, and candidates never reach it (RFC 8866, RFC 8839).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiortc import sdp
from aiortc.rtcicetransport import RTCIceCandidate

from media.congestion import OfferedFeedback, offered_feedback
from media.ice import CandidatePolicy
from roll_call.errors import MediaError

MOST_BYTES = 128 * 1024
# A wall of fifty pictures on one connection, with what stands beside them.
MOST_SECTIONS = 64
_MOST_CANDIDATE_LINES = 1024
_MOST_CODECS = 24
_MOST_SSRCS = 2
_CODECS = {"audio": {"opus"}, "video": {"vp8", "h264"}}
_DIRECTIONS = {"sendrecv", "sendonly", "recvonly", "inactive"}
_SINGLE = {"mid", "msid", "ice-ufrag", "ice-pwd", "ice-options", "setup", "rtcp-mux"} | _DIRECTIONS
_SESSION = {"group", "msid-semantic", "ice-ufrag", "ice-pwd", "ice-options", "setup", "fingerprint"}
_EXTENSIONS = {
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
}


@dataclass(frozen=True, slots=True)
class GuardedOffer:
    """An offer that may be handed on.

    ``ufrag`` and ``fingerprint`` name the transport (a change of either needs a new peer);
    ``candidates`` are the remote addresses that the policy lets us probe, all for section ``tag``;
    ``feedback`` is what each section (by its mid) offers beyond what aiortc negotiates.
    """

    sdp: str
    ufrag: str
    fingerprint: str
    tag: str
    candidates: tuple[RTCIceCandidate, ...]
    feedback: Mapping[str, OfferedFeedback] = field(default_factory=dict)


@dataclass(slots=True)
class _Section:
    kind: str
    head: list[str]
    lines: list[str]
    values: dict[str, str] = field(default_factory=dict)


def guard_offer(text: str, policy: CandidatePolicy) -> GuardedOffer:
    """Check and clean an offer.

    Raises ``MediaError`` with code ``sdp_too_large`` (``limit`` in bytes), ``codec_unsupported``
    (``kind``) or ``sdp_invalid``.
    """
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise MediaError("sdp_too_large", limit=MOST_BYTES)
    lines = [line.rstrip() for line in text.splitlines()]
    starts = [index for index, line in enumerate(lines) if line.startswith("m=")]
    if not starts or len(starts) > MOST_SECTIONS or not lines[0].startswith("v=0"):
        raise MediaError("sdp_invalid")
    session = lines[: starts[0]]
    sections = [
        _read_section(lines[start:end])
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]
    cleaned = [_clean_section(section) for section in sections]
    tag, shared = _check_bundle(session, sections)
    candidates = policy.choose(_candidates(sections, tag))
    session_lines = _clean_session(session)
    clean = "\r\n".join(session_lines + [line for lines in cleaned for line in lines]) + "\r\n"
    _check_parsable(clean)
    return GuardedOffer(
        sdp=clean,
        ufrag=shared["ice-ufrag"],
        fingerprint=shared["fingerprint"],
        tag=tag,
        candidates=tuple(candidates),
        feedback={section.values["mid"]: offered_feedback(section.lines) for section in sections},
    )


def _attribute(line: str) -> tuple[str, str]:
    name, _, value = line[2:].partition(":")
    return name, value


def _read_section(lines: list[str]) -> _Section:
    head = lines[0][2:].split()
    if len(head) < 4 or head[0] not in _CODECS or head[1] == "0":
        raise MediaError("sdp_invalid")
    section = _Section(head[0], head, [line for line in lines[1:] if line.startswith("a=")])
    for line in section.lines:
        name, value = _attribute(line)
        if name in _SINGLE or name == "fingerprint":
            section.values.setdefault(name, value)
    return section


def _clean_section(section: _Section) -> list[str]:
    """Keep the codecs, extensions and attributes that we know, in the order of the offer."""
    kept = _known_payload_types(section)
    if not kept:
        raise MediaError("codec_unsupported", kind=section.kind)
    if "rtcp-mux" not in section.values or "mid" not in section.values:
        raise MediaError("sdp_invalid")
    head = [payload_type for payload_type in section.head[3:] if payload_type in kept]
    lines = ["m=" + " ".join([section.kind, "9", "UDP/TLS/RTP/SAVPF", *head])]
    lines.append("c=IN IP4 0.0.0.0")
    lines.extend(
        f"a={name}:{value}" if value else f"a={name}"
        for name, value in section.values.items()
        if name in _SINGLE
    )
    if not _DIRECTIONS & section.values.keys():
        lines.append("a=sendrecv")
    ssrcs: set[str] = set()
    for line in section.lines:
        name, value = _attribute(line)
        first, _, _ = value.partition(" ")
        if name in ("rtpmap", "fmtp", "rtcp-fb"):
            keep = first in kept
        elif name == "extmap":
            keep = value.rpartition(" ")[2] in _EXTENSIONS
        elif name == "ssrc":
            keep = " cname:" in value and (first in ssrcs or len(ssrcs) < _MOST_SSRCS)
            ssrcs.add(first) if keep else None
        else:
            keep = name == "fingerprint"
        if keep and line not in lines:
            lines.append(line)
    return lines


def _known_payload_types(section: _Section) -> set[str]:
    known: set[str] = set()
    repairs: set[str] = set()
    originals: dict[str, str] = {}
    for line in section.lines:
        name, value = _attribute(line)
        payload_type, _, description = value.partition(" ")
        if name == "rtpmap":
            codec = description.partition("/")[0].lower()
            if codec in _CODECS[section.kind] and len(known) < _MOST_CODECS:
                known.add(payload_type)
            elif codec == "rtx":
                repairs.add(payload_type)
        elif name == "fmtp" and description.startswith("apt="):
            originals[payload_type] = description[4:].partition(";")[0]
    listed = set(section.head[3:])
    known &= listed
    return known | {repair for repair in repairs & listed if originals.get(repair) in known}


def _check_bundle(session: list[str], sections: list[_Section]) -> tuple[str, dict[str, str]]:
    """Everything must share one transport (RFC 9143); return its tag and its parameters."""
    mids = [section.values["mid"] for section in sections]
    if len(set(mids)) != len(mids):
        raise MediaError("sdp_invalid")
    groups = [line.split()[1:] for line in session if line.startswith("a=group:BUNDLE")]
    bundled = groups[0] if groups else mids[:1]
    if set(bundled) != set(mids) or bundled[0] != mids[0]:
        raise MediaError("sdp_invalid")
    shared = dict(_attribute(line) for line in session if line.startswith("a="))
    shared.update(sections[0].values)
    if not all(shared.get(name) for name in ("ice-ufrag", "ice-pwd", "fingerprint", "setup")):
        raise MediaError("sdp_invalid")
    return bundled[0], shared


def _candidates(sections: list[_Section], tag: str) -> list[RTCIceCandidate]:
    """The candidates of the bundle's own section, and of others where that one has none."""
    lines = [
        line
        for section in sorted(sections, key=lambda section: section.values["mid"] != tag)
        for line in section.lines
        if line.startswith("a=candidate:")
    ]
    candidates = []
    for line in lines[:_MOST_CANDIDATE_LINES]:
        try:
            candidate = sdp.candidate_from_sdp(line.partition(":")[2])
        except (ValueError, AssertionError, IndexError):
            continue
        candidate.sdpMid = tag
        candidates.append(candidate)
    return candidates


def _clean_session(session: list[str]) -> list[str]:
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    for line in session:
        if line.startswith("a=") and _attribute(line)[0] in _SESSION and line not in lines:
            lines.append(line)
    return lines


def _check_parsable(clean: str) -> None:
    """Try aiortc's parser, whose exceptions are of any type."""
    try:
        description = sdp.SessionDescription.parse(clean)
        for media in description.media:
            if media.dtls is None or not media.dtls.fingerprints:
                raise MediaError("sdp_invalid")
    except MediaError:
        raise
    except Exception as error:
        raise MediaError("sdp_invalid") from error
