"""JSON by HTTP POST, signed."""
