"""The documents say what is there: refusals, the map's paths, the commands that READMEs name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from docs import errors

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ADR_SECTIONS = ["## Context", "## Decision", "## Consequences", "## Alternatives"]


def test_every_refusal_is_documented() -> None:
    written = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    assert written == errors.page(), "run `make errors`"


def test_the_code_of_a_refusal_is_unique_and_stable_in_form() -> None:
    found = errors.refusals_of_the_house()
    assert found
    twice = {code for code, times in Counter(refusal.code for refusal in found).items() if times > 1}
    assert not twice
    assert not [refusal.code for refusal in found if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", refusal.code)]


def test_a_refusal_speaks_korean_and_english() -> None:
    for refusal in errors.refusals_of_the_house():
        assert re.search(r"[가-힣]", refusal.ko), refusal
        assert refusal.en, refusal
        assert not re.search(r"[가-힣]", refusal.en), refusal


def test_every_refusal_is_of_one_known_kind() -> None:
    for refusal in errors.refusals_of_the_house():
        assert sum(issubclass(refusal, kind) for kind in errors.KINDS) == 1, refusal


def test_every_path_on_the_map_exists() -> None:
    named = set(re.findall(r"`([\w.]+(?:/[\w.-]+)*/?)`", (ROOT / "docs/map.md").read_text(encoding="utf-8")))
    paths = {name for name in named if "/" in name}
    assert paths
    missing = sorted(name for name in paths if not (ROOT / name).exists())
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_the_documents_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert not [link for link in local if not (page.parent / link).exists()]


def test_commands_that_the_documents_name_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert not {(page, target) for page, target in named if target not in targets}


def test_decision_records_are_numbered_and_have_their_sections() -> None:
    records = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(numbers) == len(set(numbers))
    for record in records:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
        text = record.read_text(encoding="utf-8")
        assert [section for section in ADR_SECTIONS if section in text] == ADR_SECTIONS, record.name
