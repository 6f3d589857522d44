"""The HTTP API: one small module a resource; the table of all routes."""
