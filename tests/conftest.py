"""What every test may ask for: a cluster of its own, a fresh migrated database, and the invariants at the end."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import hypothesis
import pytest
from sqlalchemy import Connection, Engine

from onnuri.kit.config import Settings, load_settings
from onnuri.kit.database import Database, clone_database, drop_database, embedded, open_cluster
from onnuri.kit.migrate import migrate, migrations_dir
from tests.invariants import violations
from tests.world import World

for profile, examples in (("dev", 20), ("ci", 40), ("nightly", 1000)):
    hypothesis.settings.register_profile(profile, max_examples=examples, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A cluster for this run of the suite, stopped at its end (`TEST_DATABASE_URL` names another one)."""
    given = os.environ.get("TEST_DATABASE_URL")
    loaded = replace(load_settings(tmp_path_factory.mktemp("onnuri")), database_url=given, app_database_url=None)
    yield loaded
    if given is None:
        embedded(loaded).stop("immediate")


@pytest.fixture(scope="session")
def template(settings: Settings) -> Database:
    """A migrated, empty database that tests clone; another one for other migrations."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(migrations_dir().rglob("*.sql")))).hexdigest()
    database = open_cluster(settings, f"template_{digest[:12]}{os.environ.get('PYTEST_XDIST_WORKER', '')}")
    migrate(database)
    return database


@pytest.fixture
def database(template: Database) -> Iterator[Database]:
    """A fresh database."""
    clone = clone_database(template, f"test_{uuid4().hex[:12]}")
    yield clone
    drop_database(clone)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The application's engine on the first lane."""
    made = database.engine(pool_size=5)
    yield made
    made.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """One transaction that is committed when the test is over."""
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def invariants(database: Database) -> Iterator[None]:
    """Whatever the test did, the books are as they must be at its end."""
    yield
    assert violations(database) == []


@pytest.fixture
def world(database: Database, invariants: None) -> Iterator[World]:
    """A market to move money in; ends with the invariants."""
    made = World(database)
    yield made
    made.close()
