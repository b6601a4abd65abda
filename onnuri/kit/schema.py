"""The schema as text: what `pg_dump --schema-only` says of a database, the same on every machine."""

from __future__ import annotations

import re
import subprocess
from typing import Final

from onnuri.kit.database import Database, embedded
from onnuri.kit.postgres import PostgresFailed

_HEADER: Final = (
    "-- The schema of a freshly migrated database; written by `make schema`, compared in a test. Not run by anything.\n"
)
_VOLATILE: Final = re.compile(
    r"^(\\(un)?restrict .*|-- Dumped (from|by) .*|SET transaction_timeout = .*)\n", re.MULTILINE
)
_BLANKS: Final = re.compile(r"\n{3,}")
_SECONDS_MAX: Final = 120


def schema_text(database: Database) -> str:
    """Dump the schema of a database as its administrator, without what differs from dump to dump."""
    dumped = subprocess.run(
        [str(embedded(database.settings).binary("pg_dump")), "--schema-only", "--dbname", database.superuser_url()],
        capture_output=True,
        check=False,
        timeout=_SECONDS_MAX,
    )
    if dumped.returncode:
        raise PostgresFailed(f"pg_dump ended with {dumped.returncode}:\n{dumped.stderr.decode(errors='replace')}")
    return _HEADER + _BLANKS.sub("\n\n", _VOLATILE.sub("", dumped.stdout.decode())).strip() + "\n"
