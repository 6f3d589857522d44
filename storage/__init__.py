"""SQLite store, keys, recordings and their audit (port: ``roll_call.ports.store``)."""
