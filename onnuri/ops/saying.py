"""What the commands say: Korean first, then English; results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from onnuri.kit.clock import SEOUL

notes = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
"""Progress, warnings and errors; never part of a result."""

EXIT_FINDING = 1
EXIT_USAGE = 2
EXIT_REFUSED = 3
EXIT_UNAVAILABLE = 4


def say(ko: str, en: str) -> None:
    """Tell people what is going on."""
    notes.print(f"{ko}  [dim]{en}[/dim]")


def complain(ko: str, en: str) -> None:
    """Tell what went wrong, one line a language."""
    notes.print(f"[bold red]{_plain(ko)}[/bold red]")
    notes.print(_plain(en))


def refuse_optimised() -> None:
    """Refuse `python -O`: it takes out the assertions that stop a wrong belief before it reaches the books."""
    if not __debug__:
        complain(
            "python -O(최적화)로는 실행하지 않습니다. 돈을 지키는 확인 절차가 빠지기 때문입니다.",
            "This software does not run under python -O: it would leave out checks that guard money.",
        )
        sys.exit(EXIT_UNAVAILABLE)


def log_to_stderr() -> None:
    """Keep logs out of results, and what variables hold out of logs: whatever runs long calls this first."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def print_json(value: object) -> None:
    """Write one JSON object and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_told) + "\n")
    sys.stdout.flush()


def _told(value: object) -> str:
    """Write what JSON has no word for; instants with Seoul's offset, so that people and programmes read the same."""
    return value.astimezone(SEOUL).isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def progress(*, quiet: bool = False) -> Generator[Progress]:
    """Show progress bars on stderr while something long runs; they vanish where nobody watches."""
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=notes,
        disable=quiet,
    )
    with bars:
        yield bars


def _plain(words: str) -> str:
    """Keep rich from reading what is not markup as markup."""
    return words.replace("[", "\\[")
