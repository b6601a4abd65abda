"""The command `onnuri`: registers the verbs, and turns what they refuse into plain lines and exit codes.

Exit codes: 0 done, 1 the audit found something, 2 the command was typed wrong, 3 refused, 4 something is not there.
"""

from __future__ import annotations

import errno

import typer

from onnuri.ops import saying
from onnuri.ops.archive import archive
from onnuri.ops.audit import audit
from onnuri.ops.bench import bench
from onnuri.ops.claw_back import add_claw_backs
from onnuri.ops.close import close
from onnuri.ops.company import company
from onnuri.ops.db import db
from onnuri.ops.debt import add_debts
from onnuri.ops.demo.command import demo
from onnuri.ops.drill import drill
from onnuri.ops.export import export
from onnuri.ops.grant import grant
from onnuri.ops.importing import importing
from onnuri.ops.keys import key
from onnuri.ops.market import market, tax
from onnuri.ops.migration import migration
from onnuri.ops.payout import payout
from onnuri.ops.person import person
from onnuri.ops.policy import policy
from onnuri.ops.statement import statement
from onnuri.ops.stickers import stickers
from onnuri.ops.up import up
from onnuri.ops.wallet import wallet
from onnuri.ops.work import worker

app = typer.Typer(
    name="onnuri",
    help="온누리 장부: 상품권과 시장 정산  ·  Onnuri Ledger: gift certificates and market settlement",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(up)
app.command()(worker)
app.command()(demo)
app.command()(close)
app.command()(payout)
app.command()(audit)
app.command()(drill)
app.command()(bench)
app.command()(stickers)
app.add_typer(db, name="db")
app.add_typer(archive, name="archive")
app.add_typer(key, name="key")
app.add_typer(importing, name="import")
app.add_typer(statement, name="statement")
app.add_typer(export, name="export")
add_claw_backs(grant)
app.add_typer(grant, name="grant")
app.add_typer(company, name="company")
app.add_typer(person, name="person")
add_debts(wallet)
app.add_typer(wallet, name="wallet")
app.add_typer(policy, name="policy")
app.add_typer(migration, name="migration")
app.add_typer(market, name="market")
app.add_typer(tax, name="tax")


def main() -> None:
    """Run one command; never shows a traceback for what is expected to happen."""
    saying.refuse_optimised()
    saying.log_to_stderr()
    try:
        app()
    except Exception as error:
        words = _expected(error)
        if words is None:
            raise
        saying.complain(words[1], words[2])
        raise SystemExit(words[0]) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _expected(error: Exception) -> tuple[int, str, str] | None:
    """Translate what may happen to anybody into an exit code and words; None for a fault of ours."""
    from sqlalchemy.exc import OperationalError as DatabaseGone

    from onnuri.banks.simulator.process import SimulatorDidNotStart
    from onnuri.kit.config import ConfigurationError
    from onnuri.kit.postgres import PostgresFailed
    from onnuri.kit.refusals import DomainError
    from onnuri.ops.demo.caller import ServerGone
    from onnuri.ops.processes import ChildDidNotStart
    from onnuri.people.model import RoleMissing

    if isinstance(error, DomainError):
        ko, en = error.message("ko"), error.message("en")
        if isinstance(error, RoleMissing):
            ko, en = f"{ko} 필요한 역할: {error.facts['needed']}", f"{en} It takes: {error.facts['needed']}"
        return saying.EXIT_REFUSED, ko, f"{en} ({error.code})"
    if isinstance(error, ConfigurationError):
        return saying.EXIT_UNAVAILABLE, "설정이 올바르지 않습니다.", str(error)
    if isinstance(error, PostgresFailed):
        return saying.EXIT_UNAVAILABLE, "데이터베이스를 시작하지 못했습니다.", str(error)
    if isinstance(error, DatabaseGone) or type(error).__module__.startswith("psycopg"):
        return saying.EXIT_UNAVAILABLE, "데이터베이스에 연결하지 못했습니다.", f"The database: {_first_line(error)}"
    if isinstance(error, SimulatorDidNotStart | ChildDidNotStart):
        return saying.EXIT_UNAVAILABLE, "필요한 프로세스가 시작되지 않았습니다.", f"A process did not start: {error}"
    if isinstance(error, ServerGone):
        return saying.EXIT_UNAVAILABLE, "서버가 응답하지 않습니다.", f"The server did not answer: {error}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        ko = "포트를 다른 프로그램이 쓰고 있습니다. 빈 포트로: onnuri up --port 0, ONNURI_PORT=0 make demo"
        return saying.EXIT_UNAVAILABLE, ko, f"The port is taken: {error}"
    if isinstance(error, OSError):
        return saying.EXIT_UNAVAILABLE, "파일이나 주소를 쓸 수 없습니다.", f"{type(error).__name__}: {error}"
    return None


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
