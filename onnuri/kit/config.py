"""Configuration: where data lives, which database, which mode; every secret is derived from one root secret."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

SECRET_LENGTH_MIN = 32


class ConfigurationError(RuntimeError):
    """The configuration can't be used; says which variable is wrong."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process of this software is started with."""

    data_dir: Path
    database_url: str | None
    app_database_url: str | None
    secret: bytes
    sandbox: bool
    bank_url: str | None

    def derive(self, purpose: str) -> bytes:
        """Derive 32 bytes for one purpose from the root secret."""
        return hmac.new(self.secret, f"onnuri/{purpose}".encode(), hashlib.sha256).digest()


def load_settings(data_dir: Path | None = None) -> Settings:
    """Read the environment; make the data directory and its secret where there is none.

    Refuses (`ConfigurationError`) a short secret, an unknown mode, and production without a given secret.
    """
    mode = os.environ.get("ONNURI_MODE", "sandbox")
    if mode not in ("sandbox", "production"):
        raise ConfigurationError(f"ONNURI_MODE is sandbox or production, not {mode!r}")
    directory = (data_dir or Path(os.environ.get("ONNURI_DATA_DIR") or _default_data_dir())).resolve()
    given = os.environ.get("ONNURI_SECRET")
    if given is None and mode == "production":
        raise ConfigurationError("production needs ONNURI_SECRET")
    if given is not None and len(given) < SECRET_LENGTH_MIN:
        raise ConfigurationError(f"ONNURI_SECRET needs at least {SECRET_LENGTH_MIN} characters")
    return Settings(
        data_dir=directory,
        database_url=os.environ.get("DATABASE_URL") or None,
        app_database_url=os.environ.get("ONNURI_APP_DATABASE_URL") or None,
        secret=given.encode() if given is not None else _kept_secret(directory),
        sandbox=mode == "sandbox",
        bank_url=os.environ.get("ONNURI_BANK_URL") or None,
    )


def _default_data_dir() -> Path:
    """Beside a checkout, `.onnuri` in it; otherwise the user's data directory."""
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").exists():
        return root / ".onnuri"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "onnuri"


def _kept_secret(directory: Path) -> bytes:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "secret"
    if not path.exists():
        draft = directory / f"secret.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().encode()
