"""The OpenAPI document: what FastAPI can't know by itself is added here."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

DESCRIPTION: Final = """
Wallets, payments and the settlement of Onnuri gift certificates.

* Amounts are whole won. Instants are RFC 3339 in UTC, business dates `YYYY-MM-DD` in Seoul.
* Every POST that moves money needs an `Idempotency-Key`: one key has one effect and one answer for ever. A replayed
  answer carries `Idempotent-Replayed: true`; another body under the same key is 422.
* What is not a yes is a problem (RFC 9457) with a stable `code` and words in Korean and English; `money_moved` says
  `false`, `unknown` (ask again with the same key) or `true`.
* Lists are pages with a signed `cursor`; there are no offsets.
"""


def describe(app: FastAPI) -> None:
    """Let the application write its OpenAPI document our way, once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            written = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
            )
            for path in written["paths"].values():
                for operation in path.values():
                    _complete(operation)
            app.openapi_schema = written
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to change the document


def _complete(operation: dict[str, Any]) -> None:
    """Name the act, say that the key is required, and that a problem is problem+json only."""
    operation["summary"] = re.sub("([A-Z])", r" \1", operation["operationId"]).capitalize()
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "Idempotency-Key":
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
            operation["responses"]["201"].setdefault("headers", {})["Idempotent-Replayed"] = {
                "description": "Present and true where the answer was given before.",
                "schema": {"type": "string", "enum": ["true"]},
            }
    for status, answer in operation["responses"].items():
        if status >= "400":
            answer["content"] = {"application/problem+json": answer["content"]["application/problem+json"]}
