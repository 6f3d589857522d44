"""Cameras of units: kept open, shown in the room, managed by the administrator."""
