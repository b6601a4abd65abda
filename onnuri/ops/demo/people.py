"""What one holder of the demo does, request by request, and what the answers must be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from onnuri.merchants.stall_number import stall_number
from onnuri.ops.demo.caller import Caller, Post, Reply
from onnuri.ops.demo.plan import DONE, Cancel, Charge, HolderPlan, Payment, Twist
from onnuri.ops.demo.setting import Stage
from onnuri.ops.demo.tally import Tally

_EXPECTED: Final = {
    Twist.TOO_MUCH: "balance_insufficient",
    Twist.OVER_CAP: "payment_too_large",
    Twist.FORGED: "code_forged",
    Twist.REVOKED: "code_revoked",
    Twist.UNREADABLE: "code_unreadable",
    Twist.FOREIGN: "code_not_ours",
    Twist.SUSPENDED: "shop_not_payable",
    Twist.NO_SUCH_STALL: "shop_unknown",
    Twist.WRONG_DIGIT: "stall_number_wrong",
    Twist.REFERENCE_AGAIN: "client_reference_used",
    Twist.WITHOUT_KEY: "idempotency_key_missing",
    Twist.NOT_WHOLE: "request_malformed",
    Twist.NOT_SIGNED_IN: "not_signed_in",
    Twist.BY_THE_SHOP: "role_missing",
}
_FINAL: Final = frozenset({"SUCCEEDED", "FAILED"})
_NO_SUCH_STALL: Final = stall_number(900_000)


@dataclass(slots=True)
class Holder:
    """One holder at work: strictly one request after the other, so the outcome depends on the plan alone."""

    plan: HolderPlan
    stage: Stage
    caller: Caller
    tally: Tally
    inquire: Callable[[str], Awaitable[None]]
    sent: int = 0
    last: dict[str, Any] | None = None
    last_shop: int = 0

    async def live(self, done: Callable[[], None]) -> None:
        """Do everything the plan says, in order; `done` is called after each step."""
        for step in self.plan.steps:
            match step:
                case Charge():
                    await self._charge(step)
                case Payment():
                    await self._pay(step)
                case Cancel():
                    await self._cancel(step)
            done()

    async def _charge(self, step: Charge) -> None:
        reply = await self._ask(self._post("/v1/charges", {"face": step.face}), step.twist)
        if reply.status in (201, 202):
            if await self._known(reply) == "FAILED":
                self._refused("charge_refused_by_bank")
            elif self.plan.charges_fail or step.twist not in DONE:
                self._surprise(step, reply)
            return
        self._refused(reply.code)
        wanted = {Twist.TOO_SMALL: "charge_amount_not_allowed", Twist.OVER_CAP: "monthly_limit_reached"}
        expected = "charge_refused_by_bank" if self.plan.charges_fail else wanted.get(step.twist)
        if reply.code != expected:
            self._surprise(step, reply)

    async def _known(self, reply: Reply) -> str:
        """Wait until the bank's answer is known: it is inquired for, never sent again."""
        status, path = str(reply.body["status"]), f"/v1/charges/{reply.body['id']}"
        if status not in _FINAL:
            self.tally.unknown_charges += 1
        for attempt in range(100):
            if status in _FINAL:
                return status
            if status == "UNKNOWN":
                await self.inquire(str(reply.body["id"]))
            await asyncio.sleep(0.1 + 0.02 * attempt)
            status = str((await self.caller.get(path, token=self._token))["status"])
        return status

    async def _pay(self, step: Payment) -> None:
        post = self._payment(step)
        reply = await self._ask(post, step.twist)
        if step.twist not in DONE:
            self._refused(reply.code)
            if reply.code != _EXPECTED[step.twist]:
                self._surprise(step, reply)
            return
        if reply.status != 201:
            self._surprise(step, reply)
            return
        self.last, self.last_shop = reply.body, step.shop
        if step.twist is Twist.OTHER_BODY:
            other = await self.caller.post(replace(post, body={**post.body, "amount": step.amount + 100}))
            self._refused(other.code)
            if other.code != "idempotency_key_reused":
                self._surprise(step, other)

    def _payment(self, step: Payment) -> Post:
        shop = self.stage.suspended if step.twist is Twist.SUSPENDED else self.stage.shops[step.shop]
        payee = shop.payload if step.scanned else shop.stall_number
        payee = {
            Twist.FORGED: self.stage.forged_payload,
            Twist.REVOKED: self.stage.revoked_payload,
            Twist.UNREADABLE: shop.payload[:-20],
            Twist.FOREIGN: "https://example.com/pay",
            Twist.NO_SUCH_STALL: _NO_SUCH_STALL,
            Twist.WRONG_DIGIT: shop.stall_number[:-1] + str((int(shop.stall_number[-1]) + 1) % 10),
        }.get(step.twist, payee)
        amount: object = {Twist.TOO_MUCH: 1_999_000, Twist.OVER_CAP: 2_100_000, Twist.NOT_WHOLE: 4500.5}.get(
            step.twist, step.amount
        )
        reference = f"demo-{self.plan.number}-{self.sent}"
        if step.twist is Twist.REFERENCE_AGAIN and self.last is not None:
            reference = str(self.last["client_reference"])
        post = self._post("/v1/payments", {"payee": payee, "amount": amount, "client_reference": reference})
        match step.twist:
            case Twist.WITHOUT_KEY:
                return replace(post, key=None)
            case Twist.NOT_SIGNED_IN:
                return replace(post, token=None)
            case Twist.BY_THE_SHOP:
                return replace(post, token=shop.token)
            case _:
                return post

    async def _cancel(self, step: Cancel) -> None:
        if self.last is None:
            return
        shop = self.last_shop
        if step.twist is Twist.OTHER_SHOP:
            shop = (shop + 1) % len(self.stage.shops)
        body: dict[str, object] = {"reason": "단순 변심"}
        if step.amount is not None:
            body["amount"] = step.amount
        post = self._post(f"/v1/payments/{self.last['id']}/cancels", body)
        reply = await self._ask(replace(post, token=self.stage.shops[shop].token), step.twist)
        if step.twist in DONE:
            if reply.status != 201:
                self._surprise(step, reply)
            return
        self._refused(reply.code)
        expected = "payment_unknown" if step.twist is Twist.OTHER_SHOP else "cancel_exceeds_payment"
        if reply.code != expected:
            self._surprise(step, reply)

    async def _ask(self, post: Post, twist: Twist) -> Reply:
        """Send as the twist says: once, twice, or after hanging up on the first try."""
        if twist is Twist.HUNG_UP:
            await self.caller.hang_up(post)
            self.tally.retries += 1
        first = await self.caller.post(post)
        if twist is not Twist.SENT_TWICE:
            return first
        self.tally.retries += 1
        again = await self.caller.post(post)
        if not again.replayed or again.body.get("id") != first.body.get("id"):
            self.tally.surprises.append(f"{post.path}: the same key was not answered the same")
        return again

    def _post(self, path: str, body: dict[str, object]) -> Post:
        self.sent += 1
        return Post(path, body, self._token, f"demo-{self.plan.number}-{self.sent}")

    @property
    def _token(self) -> str:
        return self.stage.holder_tokens[self.plan.number]

    def _refused(self, code: str) -> None:
        self.tally.refusals[code] += 1

    def _surprise(self, step: object, reply: Reply) -> None:
        self.tally.surprises.append(f"holder {self.plan.number}: {step} was answered {reply.status} {reply.body}")
