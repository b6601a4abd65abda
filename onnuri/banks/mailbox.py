"""Fetch statement files from where the bank puts them, over HTTP."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, cast

import httpx

from onnuri.banks.camt import BYTES_MAX, StatementTooLarge
from onnuri.kit.refusals import Unavailable

_NAMES_MAX: Final = 10_000


class StatementsUnreachable(Unavailable):
    """The bank's statement files can't be fetched now."""

    code = "bank_statements_unreachable"
    ko = "은행 거래명세를 지금 가져올 수 없습니다."
    en = "The bank's statements can't be fetched right now."


class StatementMailbox:
    """List and fetch the statement files of an account; raises StatementsUnreachable for whatever goes wrong."""

    def __init__(self, base_url: str, *, timeout_seconds: float = 60.0) -> None:
        self._base_url = base_url
        self._timeout_seconds = timeout_seconds

    def names(self, account_num: str, *, on: date) -> list[str]:
        """List the files of a bank date, in the order to read them; one content may come under two names."""
        content = self._get(f"/statements?account={account_num}&date={on.isoformat()}", bytes_max=1_000_000)
        try:
            decoded: object = httpx.Response(200, content=content).json()
        except (ValueError, RecursionError) as error:
            raise StatementsUnreachable(what=type(error).__name__) from None
        listed = cast("list[object]", decoded) if isinstance(decoded, list) else []
        names = [name for name in listed if isinstance(name, str) and re.fullmatch(r"[0-9A-Za-z._-]{1,100}", name)]
        if not isinstance(decoded, list) or len(names) != len(listed) or len(names) > _NAMES_MAX:
            raise StatementsUnreachable(what="not a list of names")
        return names

    def fetch(self, name: str) -> bytes:
        """Fetch one file; refuses one larger than a statement may be."""
        return self._get(f"/statements/files/{name}", bytes_max=BYTES_MAX)

    def _get(self, path: str, *, bytes_max: int) -> bytes:
        content = bytearray()
        try:
            with (
                httpx.Client(base_url=self._base_url, timeout=self._timeout_seconds, trust_env=False) as http,
                http.stream("GET", path) as response,
            ):
                if response.status_code != 200:
                    raise StatementsUnreachable(what=f"http status {response.status_code}")
                for piece in response.iter_bytes():
                    content += piece
                    if len(content) > bytes_max:
                        raise StatementTooLarge
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise StatementsUnreachable(what=type(error).__name__) from None
        return bytes(content)
