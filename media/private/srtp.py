"""SRTP (RFC 3711) in a fixed buffer: libsrtp as pylibsrtp binds it, without a copy in between."""

from typing import Any

from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib

_SIZE = 2048
# What libsrtp may add: tag and MKI, and the index of SRTCP.
_ROOM = 16 + 128 + 4
MOST_SSRCS = 128
"""More streams than this in one direction of a session is an attack: libsrtp keeps each one."""


class Inbound:
    """Decrypts what lies in ``buffer``, which a socket may be read into."""

    def __init__(self, session: Session) -> None:
        self._session = session  # keeps the handle alive
        self._handle = session._srtp[0]
        self._data = ffi.new("char[]", _SIZE)
        self._length = ffi.new("int *")
        self._known: set[bytes] = set()
        self.buffer: Any = ffi.buffer(self._data)

    def rtp(self, length: int) -> bytes | None:
        """The RTP packet in ``length`` bytes of the buffer; None if forged, damaged or replayed."""
        return self._unprotect(lib.srtp_unprotect, length, 8)

    def rtcp(self, length: int) -> bytes | None:
        """The RTCP packet in ``length`` bytes of the buffer, or None."""
        return self._unprotect(lib.srtp_unprotect_rtcp, length, 4)

    def _unprotect(self, unprotect: Any, length: int, ssrc_at: int) -> bytes | None:
        ssrc = self.buffer[ssrc_at : ssrc_at + 4]
        new = ssrc not in self._known
        if new and len(self._known) >= MOST_SSRCS:
            return None
        self._length[0] = length
        if unprotect(self._handle, self._data, self._length):
            return None
        if new:
            self._known.add(ssrc)
        clear: bytes = self.buffer[0 : self._length[0]]
        return clear


class Outbound:
    """Encrypts packets."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._handle = session._srtp[0]
        self._data = ffi.new("char[]", _SIZE)
        self._length = ffi.new("int *")
        self._buffer: Any = ffi.buffer(self._data)

    def rtp(self, packet: bytes) -> bytes | None:
        """The SRTP packet; None if libsrtp refuses it."""
        return self._protect(lib.srtp_protect, packet)

    def rtcp(self, packet: bytes) -> bytes | None:
        """The SRTCP packet, or None."""
        return self._protect(lib.srtp_protect_rtcp, packet)

    def _protect(self, protect: Any, packet: bytes) -> bytes | None:
        length = len(packet)
        if length > _SIZE - _ROOM:
            return None
        self._buffer[0:length] = packet
        self._length[0] = length
        if protect(self._handle, self._data, self._length):
            return None
        secured: bytes = self._buffer[0 : self._length[0]]
        return secured
