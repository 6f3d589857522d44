"""SQLite store, keys, recordings on disk and the audit of all of it; see ``roll_call.ports.store``."""
