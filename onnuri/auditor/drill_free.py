"""What may be changed without the audit seeing it, each with its reason. Pure: no I/O."""

from __future__ import annotations

from typing import Final

FREE_TABLES: Final[dict[str, str]] = {}
FREE_CELLS: Final[dict[str, str]] = {}
