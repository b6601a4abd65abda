"""Every row of the wallet's rules has a story that is named after it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROWS = (
    "Discount at charge",
    "Monthly charge limit",
    "Holding cap",
    "Charge unit and minimum",
    "Per-payment cap",
    "Charge cancel",
    "Residual refund",
    "Rounding",
    "Lot order",
    "Validity",
    "Gift",
    "State grants",
    "Auto-charge",
    "Corporate purchase",
    "Bank window",
    "Age and rejoin",
    "Tax deduction",
    "A cancelled payment restores the same lots",
    "A cancelled payment gives a lot that expired meanwhile 30 days grace",
)


@pytest.fixture(scope="module")
def stories() -> dict[str, str]:
    """Every story test of the folder with its text."""
    found: dict[str, str] = {}
    for path in Path(__file__).parent.glob("test_wallet_*.py"):
        source = path.read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[node.name] = ast.get_source_segment(source, node) or ""
    return found


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_wallets_rules_has_a_story_named_after_it_that_shows_the_books(
    stories: dict[str, str], row: str
) -> None:
    named = "test_" + row.lower().replace(" ", "_").replace("-", "_")
    told = [text for name, text in stories.items() if name == named or name.startswith(f"{named}_")]
    assert any("books(" in text for text in told), named
