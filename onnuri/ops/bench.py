"""`onnuri bench NAME`: measure against a reference in the same run; needs a checkout, the benches are not shipped."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from onnuri.kit.clock import SystemClock
from onnuri.ops.saying import print_json

NAMES = ("lane", "till", "growth", "memory", "grant")


class NoBench(typer.BadParameter):
    """There is no bench of that name, or no checkout around this installation."""


def bench(
    name: Annotated[str, typer.Argument(help="|".join(NAMES))],
    as_json: Annotated[bool, typer.Option("--json", help="JSON 하나만 · exactly one JSON object on stdout")] = False,
) -> None:
    """성능을 기준과 함께 잽니다 · Measure one thing and its reference in the same run."""
    root = Path(__file__).resolve().parents[2]
    if name not in NAMES or not (root / "bench" / f"{name}.py").exists():
        raise NoBench(f"{name}: one of {', '.join(NAMES)}, in a checkout of the project")
    sys.path.insert(0, str(root))
    module: Any = importlib.import_module(f"bench.{name}")
    begun = SystemClock().now()
    figures = {"bench": name, **module.run(partial(_say, name))}
    figures |= {"cores": os.cpu_count(), "python": platform.python_version(), "at": begun.isoformat(timespec="seconds")}
    _keep(root, name, begun, figures)
    if as_json:
        print_json(figures)
    else:
        sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def _say(name: str, words: str) -> None:
    sys.stderr.write(f"bench {name}: {words}\n")


def _keep(root: Path, name: str, at: datetime, figures: dict[str, Any]) -> None:
    """Keep the raw figures of every run beside the data."""
    folder = root / "bench" / "runs"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}-{at:%Y%m%dT%H%M%S}.json").write_text(json.dumps(figures, ensure_ascii=False) + "\n")
