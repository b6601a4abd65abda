"""The compose file: Debian's docker-compose accepts it, and it keeps secrets, users and ports as promised."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = shutil.which("docker-compose")
SECRETS = {"ONNURI_SECRET": "only-for-this-check", "POSTGRES_PASSWORD": "only-for-this-check"}
SERVICES = {"db", "migrate", "bank", "api", "worker"}

needs_compose = pytest.mark.skipif(COMPOSE is None, reason="docker-compose is not installed here")


def config(**environment: str) -> subprocess.CompletedProcess[str]:
    assert COMPOSE is not None
    bare = {name: value for name, value in os.environ.items() if name not in SECRETS}
    return subprocess.run(
        [COMPOSE, "--project-directory", str(ROOT), "-f", str(ROOT / "docker-compose.yml"), "config"],
        env=bare | environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def services(resolved: str) -> dict[str, str]:
    """Cut the resolved configuration into one text per service."""
    block = resolved.split("services:\n", 1)[1]
    block = re.split(r"^\S", block, maxsplit=1, flags=re.MULTILINE)[0]
    parts = re.split(r"^  (\w+):\n", block, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@needs_compose
def test_docker_compose_accepts_the_file() -> None:
    answer = config(**SECRETS)
    assert answer.returncode == 0, answer.stderr
    assert set(services(answer.stdout)) == SERVICES


@needs_compose
@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_nothing_starts_without_its_secrets(missing: str) -> None:
    answer = config(**{name: value for name, value in SECRETS.items() if name != missing})
    assert answer.returncode != 0
    assert missing in answer.stderr


@needs_compose
def test_every_service_runs_as_a_user_and_listens_on_this_machine_only() -> None:
    for name, block in services(config(**SECRETS).stdout).items():
        assert re.search(r"^    user: (postgres|10001:10001)$", block, re.MULTILINE), name
        published = re.findall(r"^    - (\S+:\d+/tcp)$", block, re.MULTILINE)
        assert all(port.startswith("127.0.0.1:") for port in published), name


@needs_compose
def test_what_serves_says_when_it_is_healthy_and_the_books_have_a_volume() -> None:
    found = services(config(**SECRETS).stdout)
    assert all("healthcheck:" in found[name] for name in ("db", "bank", "api"))
    assert "service_completed_successfully" in found["api"]
    assert "books:/var/lib/postgresql" in found["db"]


def test_the_image_does_not_run_as_root() -> None:
    stages = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("FROM ")
    assert re.search(r"^USER onnuri$", stages[-1], re.MULTILINE)
