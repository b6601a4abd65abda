"""What the software refuses: expected answers with a stable code, words for people and facts for both. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Final, Literal

from onnuri.kit.clock import SEOUL, korean_day, seoul_words

MoneyMoved = Literal["false", "unknown", "true"]
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NOTHING_MOVED: Final = {"ko": "돈은 움직이지 않았습니다.", "en": "No money moved."}


class DomainError(Exception):
    """Refuse something expected; every subclass has a stable `code` and words in Korean and English.

    The words may name facts in braces (`{left}`); whole numbers are shown with thousands separators,
    instants as Seoul's clocks show them, dates in Korean as people write them: `2026년 12월 1일`.
    `money_moved` says whether money moved by what was asked; most refusals come before any does.
    `otherwise` has other words, Korean and English, for where a fact, by name, has a certain value.
    """

    code: ClassVar[str]
    money_moved: ClassVar[MoneyMoved] = "false"
    ko: ClassVar[str]
    en: ClassVar[str]
    otherwise: ClassVar[Mapping[tuple[str, object], tuple[str, str]]] = {}

    def __init__(self, **facts: object) -> None:
        self.facts: Final[Mapping[str, object]] = facts
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """Say the refusal in `ko` or `en`, with its facts filled in."""
        known = (words for (name, value), words in self.otherwise.items() if self.facts.get(name) == value)
        ko, en = next(known, (self.ko, self.en))
        return (ko if language == "ko" else en).format_map(_Facts(self.facts, language))

    def reason(self, language: str) -> str:
        """Say why something is not possible where nothing was asked to move: without the words about money."""
        return self.message(language).removesuffix(_NOTHING_MOVED[language]).rstrip()


class _Facts(dict[str, object]):
    def __init__(self, facts: Mapping[str, object], language: str) -> None:
        super().__init__({name: _spoken(name, value, language) for name, value in facts.items()})

    def __missing__(self, key: str) -> str:
        return "?"


def _spoken(name: str, value: object, language: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, date):  # said from what is kept of it, so that a refusal says the same for ever
        value = str(value)
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        at = datetime.fromisoformat(value)
        local = at.astimezone(SEOUL)
        return f"{korean_day(local)} {local:%H:%M}" if language == "ko" else seoul_words(at)
    if isinstance(value, str) and _DAY.fullmatch(value) and _is_day(name) and language == "ko":
        return korean_day(date.fromisoformat(value))
    return str(value)


def _is_day(name: str) -> bool:
    """Tell whether a fact is a date by its name, as its type isn't kept: names of rules look like one and are none."""
    return name.endswith("_on") or name in ("on", "day", "began")


class NotFound(DomainError):
    """The named thing does not exist, or not for this caller."""


class Forbidden(DomainError):
    """The caller may not do this."""


class Refused(DomainError):
    """A rule about money says no; no money moved."""


class Conflict(DomainError):
    """The thing is not in a state that allows this; no money moved."""


class Malformed(DomainError):
    """The request can't be understood; nothing was written."""


class Unavailable(DomainError):
    """Something needed is not there right now; try again with the same key."""
