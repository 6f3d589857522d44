"""Models for the tests of this folder."""

from collections.abc import Iterator

import pytest

from server.liveness.casting import Company


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    """The default backend and the cast's templates."""
    company = Company()
    yield company
    company.close()
