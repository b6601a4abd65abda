"""docs/events.md names every event that is published, and the feed knows what each is about."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

from onnuri.api.events import SUBJECTS

ROOT = Path(__file__).resolve().parents[1]
# What an event's name is made of where it is put together, by the words in its braces.
MADE_OF = {"block.kind": ("frozen", "lost"), "done": ("succeeded", "failed")}


def published() -> set[str]:
    """Read the names of events out of the code that publishes them."""
    found: set[str] = set()
    for file in sorted((ROOT / "onnuri").rglob("*.py")):
        code = file.read_text(encoding="utf-8")
        if "publish(" not in code or file.name == "post.py":
            continue
        for name in re.findall(r'"((?:[a-z_]+)\.(?:[a-z_]+|\{[a-z_.]+\}))"(?=,| if| else|\n)', code):
            parts = [MADE_OF[part[1:-1]] if part.startswith("{") else (part,) for part in name.split(".", 1)]
            found |= {".".join(words) for words in product(*parts)}
    return found


def test_every_event_is_documented_and_none_that_does_not_exist() -> None:
    page = (ROOT / "docs/events.md").read_text(encoding="utf-8")
    documented = {
        name
        for line in page.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", line.split("|")[1])
    }
    assert published() - {"payment.made", "payment.cancelled"} == documented - {"payment.made", "payment.cancelled"}


def test_the_feed_knows_what_each_event_is_about() -> None:
    assert {name.partition(".")[0] for name in published()} <= SUBJECTS.keys()
