"""A route for what is asked most: same documents, same refusals, without FastAPI's solving of dependencies.

The function is declared like any other, so OpenAPI describes it; but it is called directly: body, house, caller and
key. It answers with a `Response` of its own. Why: docs/adr/0006-quick-routes.md.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, cast, get_type_hints

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from onnuri.api.auth import quick_principal
from onnuri.api.bodies import StrictRoute, check_address, read_strictly
from onnuri.api.house import House

Endpoint = Callable[..., Coroutine[Any, Any, Response]]


class QuickRoute(StrictRoute):
    """For functions of `body`, `request`, `house`, `caller` and `key`, and what is in the path."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Call the function directly."""
        endpoint = cast("Endpoint", self.endpoint)
        shape = cast("type[BaseModel]", get_type_hints(self.endpoint)["body"])
        known = self.known_queries()

        async def quick(request: Request) -> Response:
            check_address(request, known)
            _, parsed = await read_strictly(request)
            house = cast("House", request.app.state.house)
            caller = await quick_principal(request, house)
            try:
                body = shape.model_validate(parsed)
            except ValidationError as error:
                told = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
                raise RequestValidationError(told, body=parsed) from None
            key = request.headers.get("idempotency-key")
            return await endpoint(
                body=body, request=request, house=house, caller=caller, key=key, **request.path_params
            )

        return quick
