"""The embedded PostgreSQL: made, started, stopped, found again with its data; as whoever runs it."""

from __future__ import annotations

import os
import pwd
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from onnuri.kit.postgres import SUPERUSER, EmbeddedPostgres, PostgresFailed, wait_gone


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(tmp_path_factory.mktemp("cluster") / "postgres", "p" * 40)
    made.start()
    yield made
    made.stop("immediate")


def connect(server: EmbeddedPostgres) -> psycopg.Connection:
    return psycopg.connect(server.url(SUPERUSER, server.password, "postgres"), autocommit=True)


def one(server: EmbeddedPostgres, query: str) -> object:
    with connect(server) as conn:
        row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_it_is_durable_and_listens_on_no_network(server: EmbeddedPostgres) -> None:
    asked = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "listen_addresses", "TimeZone")
    assert [one(server, f"SHOW {name}") for name in asked] == ["on", "on", "on", "on", "", "UTC"]
    assert int(str(one(server, "SHOW server_version_num"))) >= 180_000


def test_starting_it_again_changes_nothing(server: EmbeddedPostgres) -> None:
    before = server.process_id()
    threads = [threading.Thread(target=server.start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.process_id() == before


def test_it_keeps_its_data_over_a_stop_and_over_a_kill(server: EmbeddedPostgres) -> None:
    with connect(server) as conn:
        conn.execute("CREATE TABLE kept (n integer)")
        conn.execute("INSERT INTO kept VALUES (1)")
    server.stop()
    assert not server.running()
    server.stop()
    server.start()
    with connect(server) as conn:
        conn.execute("INSERT INTO kept VALUES (2)")
    process_id = server.process_id()
    os.kill(process_id, signal.SIGKILL)
    wait_gone(process_id)
    assert not server.running()
    server.start()
    assert server.process_id() != process_id
    assert one(server, "SELECT sum(n) FROM kept") == 3


def test_a_password_is_needed(server: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url(SUPERUSER, "wrong", "postgres"))
    assert not (server.directory / "initial-password").exists()


def test_it_never_runs_as_root(server: EmbeddedPostgres) -> None:
    owner = Path(f"/proc/{server.process_id()}").stat().st_uid
    assert owner == (os.geteuid() or pwd.getpwuid(owner).pw_uid)
    assert owner != 0


def test_a_server_that_can_not_start_says_why(tmp_path: Path) -> None:
    broken = EmbeddedPostgres(tmp_path / "postgres", "p" * 40)
    broken.start()
    broken.stop()
    (tmp_path / "postgres" / "data" / "postgresql.conf").write_text("nonsense = here\n")
    with pytest.raises(PostgresFailed, match="nonsense"):
        broken.start()


def test_a_directory_with_a_long_name_or_blanks_is_fine(tmp_path: Path) -> None:
    directory = tmp_path / "온누리 자료" / ("deep" * 20)
    server = EmbeddedPostgres(directory / "postgres", "p" * 40)
    server.start()
    try:
        assert one(server, "SELECT 1") == 1
    finally:
        server.stop("immediate")
