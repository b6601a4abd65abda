"""The morning after, so that the pages have something of today to show: one holder charges and buys breakfast."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import httpx

from onnuri.ops.demo.setting import HOLDER_LOGIN, STALL_SHOP, Stage

CHARGED: Final = 50_000
BREAKFASTS: Final = (4_500, 12_500, 7_000)


def open_the_morning(base_url: str, stage: Stage) -> None:
    """Charge once and pay the stall whose page is shown, over HTTP as the holder who can sign in."""
    holder = next(each for each in stage.sign_ins if each.login == HOLDER_LOGIN)
    with httpx.Client(base_url=base_url, timeout=30, trust_env=False) as http:
        session = post(http, "/v1/sessions", {"login": holder.login, "password": holder.password})
        http.headers["Authorization"] = f"Bearer {session['token']}"
        post(http, "/v1/charges", {"face": CHARGED})
        for amount in BREAKFASTS:
            post(http, "/v1/payments", {"payee": stage.shops[STALL_SHOP].payload, "amount": amount})


def post(http: httpx.Client, path: str, body: dict[str, object]) -> dict[str, Any]:
    """Send one request under a key of its own; raises where it is refused."""
    response = http.post(path, json=body, headers={"Idempotency-Key": uuid4().hex})
    response.raise_for_status()
    answered: dict[str, Any] = response.json()
    return answered
