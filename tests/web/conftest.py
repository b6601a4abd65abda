"""The pages over real HTTP: a street of its own per test, which ends with the invariants."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, sync_playwright

from onnuri.kit.database import Database, clone_database, drop_database
from tests.invariants import violations
from tests.web.street import Street, serve_street
from tests.world import World

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


@pytest.fixture
def street(world: World) -> Iterator[Street]:
    """A served street."""
    with serve_street(world) as made:
        yield made


@pytest.fixture(scope="module")
def common_street(template: Database) -> Iterator[Street]:
    """A served street that tests share which must not move money in it."""
    database = clone_database(template, f"test_{uuid4().hex[:12]}")
    world = World(database)
    with serve_street(world) as made:
        yield made
    assert violations(database) == []
    assert world.rows("payments") == 0
    world.close()
    drop_database(database)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser of one's own."""
    with sync_playwright() as playwright:
        yield (opened := playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS))
        opened.close()
