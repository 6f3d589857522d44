"""Light WebRTC clients: prepared footage over real ICE, DTLS and SRTP."""
