"""How results are told: one JSON value with `--json` or where nobody watches, plain lines and tables on a screen."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, Final, TypeVar, cast
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from onnuri.kit.clock import seoul_words
from onnuri.kit.ids import public_id
from onnuri.ops.saying import print_json

Command = TypeVar("Command", bound=Callable[..., None])
AsJson = Annotated[bool, typer.Option("--json", help="JSON 한 개만 · one JSON value and nothing else")]
_wanted = {"json": False}
_PREFIXES: Final = {
    "wallet_id": "wal", "from_wallet": "wal", "to_wallet": "wal", "charge_id": "chg", "entry_id": "ent",
}  # fmt: skip
_WON_OF_RULES: Final = frozenset(
    ("charge_unit", "charge_min", "charge_month_max", "holding_max", "payment_max", "budget", "refund_small_max")
)


class Telling(typer.Typer):
    """A group of commands that all take `--json`."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Command], Command]:
        """Register a command of the group, with the option."""
        register = super().command(name, **settings)

        def add(command: Command) -> Command:
            register(_with_json(command))
            return command

        return add


def _with_json(command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def asked(*, as_json: bool, **given: Any) -> None:
        _wanted["json"] = as_json
        command(**given)

    signature = inspect.signature(command, eval_str=True)
    option = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson)
    asked.__signature__ = signature.replace(parameters=[*signature.parameters.values(), option])  # type: ignore[attr-defined]  # what inspect looks for
    asked.__annotations__ = {**command.__annotations__, "as_json": AsJson}
    return asked


def tell(value: object) -> None:
    """Tell a result on stdout."""
    if _wanted["json"] or not sys.stdout.isatty():
        print_json(value)
        return
    screen = Console(highlight=False, emoji=False)
    if isinstance(value, list):
        screen.print(_table(cast("list[object]", value)))
        return
    for name, shown in lines_of(value):
        screen.print(f"{name:<24} {shown}" if name else shown, markup=False)


def as_public(found: Any, prefix: str | None = None) -> dict[str, object]:
    """Write the fields of a dataclass with ids as the API writes them; its own is left out where it has no prefix."""
    fields: dict[str, object] = asdict(found)
    if prefix is None:
        fields.pop("id", None)
    return {
        name: public_id(_prefix(name, prefix), value) if isinstance(value, UUID) else value
        for name, value in fields.items()
    }


def _prefix(name: str, own: str | None) -> str:
    if name == "id" and own is not None:
        return own
    return "per" if name.endswith("_by") else _PREFIXES[name]


def lines_of(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Write a result as names and words; what is inside something is named after it, won with their thousands."""
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, object]", value).items():
            yield from lines_of(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        inside = cast("list[object]", value)
        for place, inner in enumerate(inside, 1):
            yield from lines_of(inner, f"{name}[{place}]")
        if not inside:
            yield name, "-"
    else:
        yield name, _word(value, name)


def _table(rows: list[object]) -> Table:
    table = Table(box=None, header_style="bold")
    flat = [dict(lines_of(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    for name in names:
        table.add_column(name or "-")
    for row in flat:
        table.add_row(*(row.get(name, "") for name in names))
    return table


def _word(value: object, name: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "예 yes" if value else "아니요 no"
    if isinstance(value, datetime):
        return seoul_words(value)
    if not isinstance(value, int):
        return str(value)
    if name.endswith("_bps"):
        return percent(value)
    return f"{value:,}원" if name in _WON_OF_RULES else f"{value:,}"


def percent(rate_bps: int) -> str:
    """Write basis points as people do: `7 %`, `0.25 %`."""
    whole, rest = divmod(rate_bps, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + " %" if rest else f"{whole} %"
