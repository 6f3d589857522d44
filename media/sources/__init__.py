"""Publishers that are not WebRTC peers: cameras that are asked for their picture."""
