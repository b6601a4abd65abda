"""Put the API together: HTTP and nothing else, one router per noun."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from onnuri.api import (
    accounts,
    auto_charges,
    books,
    breaks,
    cancels,
    charges,
    claw_backs,
    companies,
    company_accounts,
    credit_lists,
    days,
    debit_accounts,
    debts,
    events,
    gifts,
    grant_programmes,
    handovers,
    health,
    markets,
    payments,
    payouts,
    policies,
    policy_changes,
    proofs,
    refunds,
    sandbox,
    sessions,
    settlement_runs,
    shop_events,
    shop_register,
    shops,
    tax,
    tax_registrations,
    unclaimed_payouts,
    wallet_desk,
    wallet_life,
    wallets,
)
from onnuri.api.description import DESCRIPTION, describe
from onnuri.api.house import close_house, open_house
from onnuri.api.metering import Metering
from onnuri.api.problems import install_problems
from onnuri.banks.client import OpenBankingClient
from onnuri.kit.clock import AheadClock, Clock, SystemClock
from onnuri.kit.config import Settings
from onnuri.kit.database import Database

ROUTERS = (
    payments.quick,  # first: routes are tried in order, and this one is asked most
    payments.router,
    sessions.router,
    policies.router,
    policy_changes.budgets,
    policy_changes.router,
    markets.router,
    shops.router,
    shop_events.router,
    shop_register.router,
    wallets.router,
    wallet_life.router,
    handovers.router,
    debts.router,
    wallet_desk.router,
    grant_programmes.router,
    grant_programmes.uploads,
    credit_lists.router,
    claw_backs.router,
    companies.router,
    companies.uploads,
    company_accounts.router,
    events.router,
    tax.router,
    tax.files,
    tax_registrations.router,
    debit_accounts.router,
    charges.router,
    gifts.router,
    auto_charges.router,
    refunds.router,
    unclaimed_payouts.router,
    cancels.router,
    settlement_runs.router,
    days.router,
    payouts.router,
    books.router,
    accounts.router,
    proofs.router,
    breaks.router,
    sandbox.router,
    health.router,
)


def create_app(
    database: Database,
    settings: Settings,
    *,
    clock: Clock | None = None,
    bank: OpenBankingClient | None = None,
) -> FastAPI:
    """Make the application; the house (engines, tills) opens when it starts and closes when it stops.

    Without a clock the sandbox follows its test clock and production the machine's. The bank is closed by who made it.
    """
    told = clock or (AheadClock() if settings.sandbox else SystemClock())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.house = house = open_house(database, told, bank)
        try:
            yield
        finally:
            await house.feed.close()
            close_house(house)

    app = FastAPI(
        title="Onnuri Ledger", version="0.1.0", summary="온누리상품권 지갑·결제·정산 API", description=DESCRIPTION,
        lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False, separate_input_output_schemas=False,
    )  # fmt: skip
    for router in ROUTERS:
        app.include_router(router)
    install_problems(app)
    app.add_middleware(Metering)
    describe(app)
    return app
