"""The simulated bank's endpoints: read, queue the change, answer once it is on disk, or as badly as asked."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Annotated, Final, TypeVar, cast

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from onnuri.banks.accounts import bank_name
from onnuri.banks.simulator import book, replies, requests, statement
from onnuri.banks.simulator.book import Order, Outcome
from onnuri.banks.simulator.requests import BadRequest, Fields
from onnuri.banks.simulator.scenarios import scenario_for
from onnuri.banks.simulator.state import StateFile
from onnuri.banks.tran_id import parse_stamp

T = TypeVar("T")

_BODY_MAX: Final = 100_000
_OUR_USERS_BALANCE: Final = 10_000_000


def build_app(state: StateFile, *, hold_seconds: float, overdraft: bool) -> FastAPI:
    """Build the bank over its memory."""
    bank = _Bank(state, hold_seconds=hold_seconds, overdraft=overdraft)
    app = FastAPI(title="Simulated bank", openapi_url=None)
    for path, endpoint in (
        ("/oauth/2.0/token", bank.token),
        ("/v2.0/inquiry/real_name", bank.account),
        ("/v2.0/inquiry/receive", bank.account),
        ("/v2.0/transfer/withdraw/fin_num", bank.withdraw),
        ("/v2.0/transfer/deposit/acnt_num", bank.deposit),
        ("/v2.0/transfer/deposit/fin_num", bank.deposit_to_user),
        ("/v2.0/transfer/result", bank.result),
        ("/v2.0/return/claim", bank.claim),
        ("/simulator/receipts", bank.receipt),
    ):
        app.add_api_route(path, endpoint, methods=["POST"], response_model=None)
    app.add_api_route("/v2.0/account/balance/fin_num", bank.balance, methods=["GET"], response_model=None)
    app.add_api_route("/statements", bank.statement_names, methods=["GET"], response_model=None)
    app.add_api_route("/statements/files/{name}", bank.statement_file, methods=["GET"], response_model=None)
    app.add_api_route("/health", _health, methods=["GET"], response_model=None)
    app.add_exception_handler(BadRequest, _bad_request)
    app.add_exception_handler(_NotAllowed, _not_allowed)
    return app


class _NotAllowed(Exception):
    """No valid token."""


async def _health() -> Response:
    return JSONResponse({"ok": True})


async def _bad_request(_request: Request, error: Exception) -> Response:
    return JSONResponse({**replies.envelope("A0004", stamp="0" * 14), "rsp_message": f"요청전문 오류: {error}"})


async def _not_allowed(_request: Request, _error: Exception) -> Response:
    return JSONResponse(replies.envelope("A0301", stamp="0" * 14), status_code=401)


class _Bank:
    def __init__(self, state: StateFile, *, hold_seconds: float, overdraft: bool) -> None:
        self._state = state
        self._hold_seconds = hold_seconds
        self._overdraft = overdraft
        with_tokens = state.reader()
        self._tokens = {row[0] for row in with_tokens.execute("SELECT token FROM tokens")}
        with_tokens.close()

    async def token(self, request: Request) -> Response:
        form = await request.form()
        if form.get("grant_type") != "client_credentials" or not form.get("client_id") or not form.get("client_secret"):
            raise _NotAllowed
        token = secrets.token_urlsafe(32)
        await self._run(lambda conn: conn.execute("INSERT INTO tokens VALUES (?)", (token,)).rowcount)
        self._tokens.add(token)
        return JSONResponse(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": "7775999",
                "scope": "oob",
                "client_use_code": "M202600001",
            }
        )

    async def withdraw(self, request: Request) -> Response:
        body = await self._body(request)
        order = requests.read_withdrawal(body)
        outcome = await self._run(lambda conn: book.execute(conn, order, overdraft=self._overdraft))
        return await self._deliver(order, outcome, replies.withdrawal_reply(order, outcome, stamp=_stamp(body)))

    async def deposit(self, request: Request) -> Response:
        body = await self._body(request)
        return await self._push(requests.read_deposit(body), stamp=_stamp(body))

    async def deposit_to_user(self, request: Request) -> Response:
        body = await self._body(request)
        return await self._push(requests.read_user_deposit(body), stamp=_stamp(body))

    async def _push(self, order: Order, *, stamp: str) -> Response:
        outcome = await self._run(lambda conn: book.execute(conn, order, overdraft=self._overdraft))
        return await self._deliver(order, outcome, replies.deposit_reply(order, outcome, stamp=stamp))

    async def result(self, request: Request) -> Response:
        body = await self._body(request)
        asked = requests.read_question(body)
        found = await self._run(
            lambda conn: book.find(
                conn, kind=asked.kind, bank_tran_id=asked.bank_tran_id, on=asked.on, amount=asked.amount
            )
        )
        return JSONResponse(replies.result_reply(found, stamp=_stamp(body)))

    async def account(self, request: Request) -> Response:
        body = await self._body(request)
        tran_id, bank_code, account_num = requests.read_account(body)
        on = requests.moment(body).date()
        scenario = scenario_for("deposit", account_num)
        code = scenario.bank_rsp_code if scenario.bank_rsp_code in {"412", "114", "111"} else "000"
        reply = replies.account_reply(
            bank_code, account_num, bank_rsp_code=code, tran_id=tran_id, on=on, stamp=_stamp(body)
        )
        repeated = ("account_holder_info_type", "account_holder_info", "print_content", "tran_amt")
        return JSONResponse({**reply, **{name: body[name] for name in repeated if isinstance(body.get(name), str)}})

    async def claim(self, request: Request) -> Response:
        body = await self._body(request)
        org_id, org_on, amount = requests.read_claim(body)
        stamp = _stamp(body) or f"{org_on:%Y%m%d}235959"
        now = parse_stamp(stamp)
        on = org_on if now is None else now.date()
        code = await self._run(
            lambda conn: book.claim_back(conn, bank_tran_id=org_id, org_on=org_on, amount=amount, on=on)
        )
        head = replies.item_head(str(body["bank_tran_id"]), "000" if code == "A0000" else "", bank_on=on)
        told = {name: value for name, value in body.items() if name.startswith("org_") or name == "return_account_num"}
        return JSONResponse({**replies.envelope(code, stamp=stamp), **head, **told})

    async def balance(
        self, request: Request, bank_tran_id: str = "", fintech_use_num: str = "", tran_dtime: str = ""
    ) -> Response:
        self._admit(request)
        body: Fields = {"bank_tran_id": bank_tran_id, "fintech_use_num": fintech_use_num, "tran_dtime": tran_dtime}
        number, on = requests.matched(body, "fintech_use_num", r"[0-9A-Za-z]{24}"), requests.moment(body).date()
        ours = await self._run(
            lambda conn: book.balance_of(conn, account=number.lstrip("0"), fintech_use_num=number, on=on)
        )
        amount = str(_OUR_USERS_BALANCE if ours is None else ours)
        return JSONResponse(
            {
                **replies.envelope("A0000", stamp=tran_dtime),
                **replies.item_head(bank_tran_id, "000", bank_on=on),
                "bank_name": bank_name(replies.OUR_BANK),
                "savings_bank_name": "",
                "fintech_use_num": number,
                "balance_amt": amount,
                "available_amt": amount,
                "account_type": "1",
                "product_name": "보통예금",
            }
        )

    async def receipt(self, request: Request) -> Response:
        """Let somebody else pay into our account: what a subsidy, or a mistake, looks like on the statement."""
        body = await self._json(request)
        account, on = requests.matched(body, "account", r"[0-9]{7,16}"), requests.moment(body, "date").date()
        amount = int(requests.matched(body, "amount", r"[1-9][0-9]{0,11}"))
        words = (requests.matched(body, "payer", r".{1,40}"), requests.matched(body, "text", r".{0,40}"))
        await self._run(lambda conn: book.receive(conn, contract=account, on=on, amount=amount, words=words))
        return JSONResponse({"ok": True})

    def statement_names(
        self, account: Annotated[str, Query(pattern=r"^[0-9]{7,16}$")], on: Annotated[date, Query(alias="date")]
    ) -> Response:
        conn = self._state.reader()
        try:
            return JSONResponse(statement.file_names(conn, account=account, on=on))
        finally:
            conn.close()

    def statement_file(self, name: str) -> Response:
        conn = self._state.reader()
        try:
            content = statement.file_content(conn, name)
        finally:
            conn.close()
        if content is None:
            return PlainTextResponse("no such file", status_code=404)
        return Response(content, media_type="application/xml")

    async def _deliver(self, order: Order, outcome: Outcome, reply: replies.Reply) -> Response:
        """Send the answer the way the account asks for."""
        match outcome.scenario.delivery:
            case "held":
                await asyncio.sleep(self._hold_seconds)
            case "status_500":
                return PlainTextResponse("internal error", status_code=500)
            case "garbage":
                return Response(b'{"rsp_code": "A0000", \xff\xfe', media_type="application/json")
            case "cut":
                return StreamingResponse(_cut(order), headers={"content-length": "1000"})
            case "at_once":
                pass
        return JSONResponse(reply)

    async def _run(self, change: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.wrap_future(self._state.run(change))

    async def _body(self, request: Request) -> Fields:
        self._admit(request)
        return await self._json(request)

    async def _json(self, request: Request) -> Fields:
        raw = await request.body()
        if len(raw) > _BODY_MAX:
            raise BadRequest("size")
        try:
            decoded: object = json.loads(raw)
        except (ValueError, RecursionError):
            raise BadRequest("json") from None
        if not isinstance(decoded, dict):
            raise BadRequest("json")
        return cast("dict[str, object]", decoded)

    def _admit(self, request: Request) -> None:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            raise _NotAllowed


async def _cut(order: Order) -> AsyncIterator[bytes]:
    """Begin an answer that will not end."""
    yield f'{{"bank_tran_id": "{order.bank_tran_id}"'.encode()
    raise ConnectionAbortedError("the account asked for a cut connection")


def _stamp(body: Fields) -> str:
    stamp = body.get("tran_dtime")
    return stamp if isinstance(stamp, str) else ""
