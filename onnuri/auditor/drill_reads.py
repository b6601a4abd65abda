"""Tell which checks read a table, from the words they are written in: a drill asks those first."""

from __future__ import annotations

import inspect
import re
import sys
from functools import cache, partial
from typing import Final

from onnuri.auditor.report import CHECKS
from onnuri.auditor.snapshot import statement

_STATEMENT: Final = re.compile(r"(?:lane|shared)/\w+\.sql")


@cache
def readers(table: str) -> frozenset[str]:
    """Name the checks whose words name a table; one too many costs time, one too few is asked later."""
    named = re.compile(rf"\b{re.escape(table)}\b")
    return frozenset(name for name, _ in CHECKS if named.search(_words()[name]))


@cache
def _words() -> dict[str, str]:
    """Give the statement of each check that has one of its name, and the module and statements of the others."""
    words: dict[str, str] = {}
    for name, look in CHECKS:
        if isinstance(look, partial):
            room = "lane" if look.func.__name__ == "_in_each_lane" else "shared"
            words[name] = statement(f"{room}/{name}.sql")
        else:
            source = inspect.getsource(sys.modules[look.__module__])
            words[name] = "\n".join([source, *map(statement, _STATEMENT.findall(source))])
    return words
