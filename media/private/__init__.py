"""Every use of a private name of aiortc and aioice, in one package.

aiortc has no public hook for encoded frames: ``RTCRtpReceiver`` always decodes and ``RTCRtpSender``
always encodes. Here both are replaced, on our own connections only, by ends that hand their
negotiated parameters out, and SRTP is taken straight from the socket once DTLS is up. Nothing is
patched globally. The names used below are only known to mean what we think in the pinned versions,
so any other version is refused.
"""
