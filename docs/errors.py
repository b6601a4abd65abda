"""Write docs/errors.md: every refusal of the code with its code, its kind and its words, to standard output."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import onnuri
from onnuri.kit import refusals

KINDS: dict[type[refusals.DomainError], str] = {
    refusals.Malformed: "The request can't be understood. Nothing was written.",
    refusals.Forbidden: "The caller may not do this. Nothing was written.",
    refusals.NotFound: "The named thing does not exist, or not for this caller.",
    refusals.Refused: "A rule about money says no. No money moved.",
    refusals.Conflict: "The thing is not in a state that allows this. No money moved.",
    refusals.Unavailable: "Something needed is not there right now. Try again with the same key.",
}
HEADER = ("| Code | 한국어 | English | Where |", "|---|---|---|---|")
# Importing these starts something or needs a command line; none of them defines a refusal.
NOT_IMPORTED = ("__main__",)


def main() -> None:
    """Print the page."""
    sys.stdout.write(page())


def page() -> str:
    """Compose the page from the refusals that importing the whole package brings to light."""
    lines = [
        "# Refusals",
        "",
        "Every expected answer that is not a yes has one stable `code`. Programs decide by the code; people read the",
        "words, Korean first. `{name}` stands for a fact that the answer also carries as a field.",
        "This page is written by `make errors`; a test compares it with the code.",
    ]
    found = sorted(refusals_of_the_house(), key=lambda refusal: refusal.code)
    for kind, meaning in KINDS.items():
        rows = [refusal for refusal in found if issubclass(refusal, kind)]
        if rows:
            lines += ["", f"## {kind.__name__}", "", meaning, "", *HEADER]
            lines += [_row(refusal) for refusal in rows]
    return "\n".join(lines) + "\n"


def _row(refusal: type[refusals.DomainError]) -> str:
    where = refusal.__module__.replace(".", "/") + ".py"
    ko, en = zip((refusal.ko, refusal.en), *refusal.otherwise.values(), strict=True)
    return f"| `{refusal.code}` | {_cells(ko)} | {_cells(en)} | `{where}` |"


def _cells(words: tuple[str, ...]) -> str:
    return "<br>".join(map(_cell, words))


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "\\|").replace("{{", "{").replace("}}", "}").split())


def refusals_of_the_house() -> set[type[refusals.DomainError]]:
    """Import every module of the package and collect the refusals that have a code."""
    for module in pkgutil.walk_packages(onnuri.__path__, "onnuri."):
        if not module.name.endswith(NOT_IMPORTED):
            importlib.import_module(module.name)
    return {refusal for refusal in _below(refusals.DomainError) if refusal.__module__.startswith("onnuri.")}


def _below(kind: type[refusals.DomainError]) -> Iterator[type[refusals.DomainError]]:
    for refusal in kind.__subclasses__():
        if "code" in vars(refusal):
            yield refusal
        yield from _below(refusal)


if __name__ == "__main__":
    main()
