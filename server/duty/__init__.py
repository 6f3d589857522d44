"""The duty of units: who is expected at a terminal."""
