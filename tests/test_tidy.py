"""The house is tidy: the shape of the code, checked on the code itself."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS_OF_MONEY = ("onnuri/ledger/", "onnuri/vouchers/", "onnuri/payments/", "onnuri/settlement/")
READS_THE_CLOCK = ("onnuri/kit/clock.py", "onnuri/api/", "onnuri/web/", "onnuri/ops/", "onnuri/banks/simulator/")
CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime",
}  # fmt: skip
VAGUE_NAMES = {
    "utils", "util", "helpers", "helper", "services", "service", "managers", "manager",
    "repositories", "repository", "common", "core", "misc", "handlers", "lib",
}  # fmt: skip
SELF = "tests/test_tidy.py"


@cache
def tracked(*suffixes: str) -> tuple[str, ...]:
    """List the project's files with these suffixes: what git has, and what it would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout: the list of files is git's")
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    return tuple(sorted(name for name in names if not suffixes or name.endswith(suffixes)))


def python_files(*folders: str) -> list[str]:
    return [name for name in tracked(".py") if name.startswith(folders or ("onnuri/", "tests/", "bench/", "docs/"))]


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name), name)


def nodes(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    for name in python_files(*folders):
        for node in ast.walk(tree(name)):
            yield name, node


def dotted(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def test_no_file_is_longer_than_300_lines() -> None:
    hand_written = [name for name in tracked(".py", ".sql", ".html") if name != "migrations/schema.sql"]
    long = {name: lines for name in hand_written if (lines := len(text(name).splitlines())) > 300}
    assert not long


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{name}:{node.lineno} {node.name} has {lines} lines"
        for name, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > 60
    ]
    assert not long


def test_no_signature_has_more_than_six_arguments() -> None:
    wide: list[str] = []
    for name, node in nodes("onnuri/", "bench/"):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            count = len([argument for argument in given if argument.arg not in {"self", "cls"}])
            if count > 6:
                wide.append(f"{name}:{node.lineno} {node.name} takes {count}")
    assert not wide


def test_the_conftest_stays_short() -> None:
    long = {name: lines for name in tracked("conftest.py") if (lines := len(text(name).splitlines())) > 80}
    assert not long


def test_every_file_opens_with_a_sentence() -> None:
    silent = [name for name in python_files() if tree(name).body and not ast.get_docstring(tree(name))]
    assert not silent


def test_files_are_named_by_business_words() -> None:
    vague = [name for name in python_files() if VAGUE_NAMES & {*Path(name).with_suffix("").parts}]
    assert not vague


def test_money_is_never_a_float_or_a_decimal() -> None:
    found: list[str] = []
    for name, node in nodes(*ROOMS_OF_MONEY):
        called = isinstance(node, ast.Call) and dotted(node.func) in {"float", "Decimal", "decimal.Decimal", "round"}
        imported = isinstance(node, ast.ImportFrom) and node.module in {"decimal", "fractions"}
        written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if called or imported or written:
            found.append(f"{name}:{getattr(node, 'lineno', 0)}")
    assert not found


def test_money_is_never_divided_with_a_slash() -> None:
    found: list[str] = []
    for name, node in nodes(*ROOMS_OF_MONEY):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            sides = (node.left, node.right)
            if not any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides):  # a path
                found.append(f"{name}:{node.lineno}")
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append(f"{name}:{node.lineno}")
    assert not found


def test_only_the_edges_read_the_clock() -> None:
    found = [
        f"{name}:{node.lineno} {dotted(node.func)}"
        for name, node in nodes("onnuri/")
        if not name.startswith(READS_THE_CLOCK)
        and isinstance(node, ast.Call)
        and ".".join(dotted(node.func).split(".")[-2:]) in CLOCKS
    ]
    assert not found


def test_files_that_say_no_io_never_reach_the_database() -> None:
    graph = grimp.build_graph("onnuri", include_external_packages=True, exclude_type_checking_imports=True)
    outside = {"sqlalchemy", "psycopg", "alembic", "httpx", "fastapi", "starlette"} & graph.modules
    pure = [
        name.removesuffix(".py").replace("/", ".")
        for name in python_files("onnuri/")
        if "no i/o" in (ast.get_docstring(tree(name)) or "").lower() and not name.endswith("__init__.py")
    ]
    assert pure
    chains = [
        " -> ".join(chain)
        for module in pure
        for target in sorted(outside)
        if (chain := graph.find_shortest_chain(importer=module, imported=target))
    ]
    assert not chains


def test_only_the_ledger_writes_the_books() -> None:
    books = "lane|accounts|balances|entries|transfers|chain"  # outcomes and outbox belong to the kit
    writes = re.compile(rf"\b(insert\s+into|update|delete\s+from)\s+(only\s+)?({books})\b(?!\.)", re.IGNORECASE)
    found = [
        f"{name}: {hit.group()}"
        for name in tracked(".py", ".sql")
        if name.startswith("onnuri/") and not name.startswith(("onnuri/ledger/", "onnuri/banks/simulator/"))
        for hit in writes.finditer(text(name))
    ]
    assert not found


def test_the_database_invents_no_time_and_no_randomness() -> None:
    invented = re.compile(
        r"\bdefault\s+\(?\s*(now|current_timestamp|current_date|clock_timestamp|statement_timestamp|localtimestamp"
        r"|random|gen_random_uuid|uuidv[47]|uuid_generate_v\d)\b",
        re.IGNORECASE,
    )
    sources = [name for name in tracked(".sql", ".py") if name.startswith("migrations/")]
    assert not [name for name in sources if invented.search(text(name))]


def test_no_path_of_a_machine_is_written_down() -> None:
    path = re.compile(r"(?<![\w.])/(?:work|farm|root|home/\w+|Users/\w+)/")
    found: list[str] = []
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content and "/static/vendor/" not in name:
            found += [f"{name}: {hit.group()}" for hit in path.finditer(content.decode("utf-8", "replace"))]
    assert not found


def test_what_installs_names_packages_and_never_an_address() -> None:
    address = re.compile(r"https?://(?!127\.0\.0\.1|[a-z]+:\d)|--(?:extra-)?index-\w+|^registry\b", re.MULTILINE)
    steering = ("constraints.txt", "pyproject.toml", "Makefile", ".ci/run", "Dockerfile", ".yaml", ".yml")
    found = [f"{name}: {hit.group()}" for name in tracked(*steering) for hit in address.finditer(text(name))]
    assert not found


def test_constraints_pin_exact_versions_and_nothing_else() -> None:
    lines = [line for line in text("constraints.txt").splitlines() if line and not line.startswith("#")]
    assert lines
    assert not [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)]
    assert lines == sorted(lines, key=str.lower)


def test_every_lint_ignore_has_its_reason() -> None:
    bare = re.compile(r"#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore)(?!\[|:\s*[A-Z])")
    unexplained = re.compile(r"#\s*(?:noqa:\s*[A-Z0-9, ]+|(?:type|pyright):\s*ignore\[[\w, -]+\])\s*$")
    found = [
        f"{name}:{number}"
        for name in python_files()
        if name != SELF
        for number, line in enumerate(text(name).splitlines(), 1)
        if bare.search(line) or unexplained.search(line)
    ]
    assert not found
