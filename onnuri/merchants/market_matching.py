"""Find the market that a row of the merchant table names: by province and folded name, then by district. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from onnuri.merchants.market_names import name_keys


@dataclass(frozen=True, slots=True)
class NamedMarket:
    """What matching needs to know of a market."""

    id: UUID
    name: str
    sido: str
    sigungu: str


class MarketIndex:
    """The markets by the names they go by: the full name first, then the names in and before brackets."""

    def __init__(self, markets: Iterable[NamedMarket]) -> None:
        self._full: dict[tuple[str, str], list[NamedMarket]] = defaultdict(list)
        self._other: dict[tuple[str, str], list[NamedMarket]] = defaultdict(list)
        for market in markets:
            full, *others = name_keys(market.name) or ("",)
            self._full[market.sido, full].append(market)
            for key in others:
                self._other[market.sido, key].append(market)

    def candidates(self, *, sido: str, sigungu: str, name: str) -> list[NamedMarket]:
        """Give the markets meant: one where it is clear, several where not, none where no market has that name."""
        for key in name_keys(name):
            for index in (self._full, self._other):
                found = index.get((sido, key), [])
                here = [market for market in found if market.sigungu == sigungu]
                if found:
                    return here or found
        return []
