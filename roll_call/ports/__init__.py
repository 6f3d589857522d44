"""The seams of the system: what the domain's surroundings must offer, as Protocols and values."""
