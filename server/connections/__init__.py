"""One handler a role for the WebSocket: phone (and simulator), terminal, console."""
