"""The pages over real HTTP: a street of its own per test, which ends with the invariants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.street import Street, serve_street
from tests.world import World


@pytest.fixture
def street(world: World) -> Iterator[Street]:
    """A served street."""
    with serve_street(world) as made:
        yield made
