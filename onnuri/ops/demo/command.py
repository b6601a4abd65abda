"""`onnuri demo`: play a market day on a scratch database, tell its books, and go on serving it until Ctrl-C."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from onnuri.ops.saying import EXIT_FINDING, notes, print_json, progress, say

if TYPE_CHECKING:
    from onnuri.kit.database import Database
    from onnuri.ops.demo.report import Day
    from onnuri.ops.demo.setting import Stage
    from onnuri.ops.processes import Child
    from onnuri.ops.work import Bench

_BANK_HOLDS_SECONDS = 4.5
_BANK_TIMEOUT_SECONDS = 3.0
_MERCHANTS_MIN = 6
_PORT = 8080


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="JSON 하나만 · exactly one JSON object on stdout")] = False,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="보고 뒤 계속 보여 주기 · keep serving")] = True,
    seed: Annotated[int, typer.Option(help="같은 씨앗, 같은 하루 · the same seed gives the same day")] = 7,
    merchants: Annotated[int, typer.Option(min=_MERCHANTS_MIN, max=20_000, help="점포 수 · shops")] = 120,
    payments: Annotated[int, typer.Option(min=1, max=1_000_000, help="결제 수 · payments")] = 3_000,
    markets: Annotated[Path | None, typer.Option(help="공식 시장 표 · an official table of markets")] = None,
) -> None:
    """장날 하루를 실제로 돌립니다 · Run a market day on a scratch database (made, and dropped at the end).

    It ends after the report with --no-serve or --json, else with Ctrl-C. ONNURI_PORT names the port to serve on.
    """
    from onnuri.ops.demo.report import as_json as written
    from onnuri.ops.demo.report import show

    for ending in (signal.SIGINT, signal.SIGTERM):  # also in the background, so that everything started is stopped
        signal.signal(ending, signal.default_int_handler)
    keep = serve and not as_json
    with ExitStack() as stack:
        house = stack.enter_context(_demo_house(keep=keep))
        played, stage = _play(house, _Size(seed, merchants, payments, markets), quiet=as_json, stack=stack)
        if as_json:
            print_json(written(played))
        else:
            show(played, Console(highlight=False, emoji=False, width=_width()))
        if keep:
            _keep_serving(house, stage, played)
    if not played.ok:
        raise typer.Exit(EXIT_FINDING)


@contextmanager
def played_day(*, seed: int, merchants: int, payments: int) -> Generator[Database]:
    """Play a market day on a scratch database, give it as it is after the evening, and take it away."""
    with ExitStack() as stack:
        house = stack.enter_context(_demo_house(keep=False))
        with ExitStack() as serving:
            _play(house, _Size(seed, merchants, payments, None), quiet=True, stack=serving)
        yield house.database


@dataclass(frozen=True, slots=True)
class _Size:
    seed: int
    merchants: int
    payments: int
    markets: Path | None


@dataclass(slots=True)
class _House:
    """What a demo runs on: a scratch database, a bank of its own, and a server once the stage is set."""

    database: Database
    bench: Bench
    bank_url: str
    port: int
    address: str = ""


def _play(house: _House, size: _Size, *, quiet: bool, stack: ExitStack) -> tuple[Day, Stage]:
    """Set the stage, run the day and what follows it."""
    import uvloop

    from onnuri.kit.clock import seoul_date
    from onnuri.ops.demo.days import Settling, open_market
    from onnuri.ops.demo.figures import read_figures
    from onnuri.ops.demo.plan import draw_day
    from onnuri.ops.demo.report import Day
    from onnuri.ops.demo.setting import set_stage
    from onnuri.ops.demo.traffic import run_traffic

    began = time.monotonic()
    plan = draw_day(size.seed, merchants=size.merchants, payments=size.payments)
    with progress(quiet=quiet) as bars:
        staged = bars.add_task("장터 차리기 · set the stage", total=2)
        morning = open_market(house.bench)
        server = _start_server(house, stack)
        with house.bench.begin() as conn:
            stage = set_stage(conn, house.database.settings, plan, file=size.markets, at=morning)
        bars.advance(staged)
        house.address = address = server.wait_ready()
        bars.advance(staged)

        task = bars.add_task(f"{seoul_date(morning)} 장날 · the market day", total=plan.steps)
        opened = time.monotonic()
        tally = uvloop.run(
            run_traffic(plan, stage, base_url=address, bench=house.bench, done=lambda: bars.advance(task))
        )
        closed = time.monotonic()

        evening_task = bars.add_task("마감과 정산 · close and settle", total=5)

        def told(words: str) -> None:
            bars.update(evening_task, advance=1, description=words)

        settling = Settling(house.database, house.bench, house.bank_url, address, stage)
        evening = settling.run(seoul_date(morning), told)
        told("감사 · the audit")
        waiting = sum(each.amount for each in evening.requests.deferred)
        figures = read_figures(house.database, house.bench, day=evening.day, waiting=waiting)
    ended = time.monotonic()
    day = Day(
        size.seed, plan, tally, evening, figures,
        traffic_milliseconds=int((closed - opened) * 1000), milliseconds=int((ended - began) * 1000),
    )  # fmt: skip
    return day, stage


def _keep_serving(house: _House, stage: Stage, played: Day) -> None:
    """Say where to look, and keep everything running until Ctrl-C."""
    from onnuri.ops.demo.morning import open_the_morning
    from onnuri.ops.work import keep_working

    address = house.address
    open_the_morning(address, stage)
    notes.print()
    say(
        "화면을 둘러보세요. 장부는 시연용 데이터베이스에 있고 끝나면 지워집니다.",
        "Look around; the books are a demo's.",
    )
    for each in stage.sign_ins:
        notes.print(
            f"  {each.words:<24} {address}{each.page or '/openapi.json'}  아이디 {each.login}  비밀번호 {each.password}"
        )
    notes.print(f"  {'장날의 장부 the day':<24} {address}/finance?day={played.evening.day}")
    say("Ctrl-C로 끝냅니다.", "Ctrl-C ends it.")
    try:
        keep_working(house.bench, threading.Event())
    except KeyboardInterrupt:
        say("정리합니다 …", "Cleaning up …")


@contextmanager
def _demo_house(*, keep: bool) -> Generator[_House]:
    """Make a scratch database and a bank of its own; take everything away at the end."""
    from onnuri.banks.simulator.process import start_simulator
    from onnuri.kit.config import ConfigurationError, load_settings
    from onnuri.ops.bank import bank_client
    from onnuri.ops.demo.scratch import scratch_database
    from onnuri.ops.work import workbench

    settings = replace(load_settings(), app_database_url=None)
    if not settings.sandbox:
        raise ConfigurationError("the demo needs ONNURI_MODE=sandbox")
    with ExitStack() as stack:
        database = stack.enter_context(scratch_database(settings))
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onnuri-demo-")))
        simulator = start_simulator(state / "bank.sqlite", hold_seconds=_BANK_HOLDS_SECONDS)
        stack.callback(simulator.stop)
        client = bank_client(settings, simulator.base_url, timeout_seconds=_BANK_TIMEOUT_SECONDS)
        bank = stack.enter_context(client)
        bench = stack.enter_context(workbench(database, bank))
        yield _House(database, bench, simulator.base_url, _free_port() if keep else 0)


def _start_server(house: _House, stack: ExitStack) -> Child:
    """Start the server as a process of its own on the scratch database."""
    from onnuri.ops.processes import start_child

    settings = house.database.settings
    environment = {name: value for name, value in os.environ.items() if name != "ONNURI_APP_DATABASE_URL"} | {
        "DATABASE_URL": house.database.superuser_url(),
        "ONNURI_DATA_DIR": str(settings.data_dir),
        "ONNURI_BANK_URL": house.bank_url,
        "ONNURI_BANK_TIMEOUT_SECONDS": str(_BANK_TIMEOUT_SECONDS),
        "ONNURI_MODE": "sandbox",
    }
    server = start_child(["onnuri.ops.serve", "--port", str(house.port)], environment)
    stack.callback(server.stop)
    return server


def _free_port() -> int:
    """Give the usual port, or 0 (any) where somebody has it."""
    from onnuri.ops.serve import listen

    wanted = int(os.environ.get("ONNURI_PORT", _PORT))
    try:
        listen("127.0.0.1", wanted).close()
    except OSError:
        return 0
    return wanted


def _width() -> int | None:
    """Take the terminal's width, and enough for the tables where there is no terminal."""
    return None if Console().is_terminal else 120
