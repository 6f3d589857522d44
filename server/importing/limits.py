"""How large an imported file may be, packed and unpacked."""

from dataclasses import dataclass

MAX_COLUMNS = 40
MAX_CELL_CHARS = 1000
MAX_PARTS = 200
UNPACKED_FACTOR = 20


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """``max_bytes`` of the file, ``max_rows`` below the headings, ``max_officers`` new at once
    (each needs a password, which takes time to hash)."""

    max_bytes: int
    max_rows: int
    max_officers: int

    @property
    def max_unpacked_bytes(self) -> int:
        """Of all parts of a workbook together."""
        return self.max_bytes * UNPACKED_FACTOR
