"""/v1/tax_consents and /v1/tax_files: the income deduction; a holder consents, finance makes the yearly file."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict
from onnuri.api.forms import BODY, Instant, View, noun_router, problems
from onnuri.api.house import HouseDep
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole
from onnuri.vouchers.tax import (
    TaxConsent,
    TaxFileUnknown,
    agree_to_tax_file,
    consents,
    make_tax_file,
    revoke_tax_consent,
    tax_files,
    write_tax_file,
)

router = noun_router("tax_consents", 404)
files = noun_router("tax_files", 404)
Year = Annotated[int, Field(ge=2020, le=2999, examples=[2026])]
YearPath = Annotated[int, Path(ge=2020, le=2999, examples=[2026])]
IssuePath = Annotated[int, Path(ge=0, le=9999, examples=[0])]


class ConsentRequest(Strict):
    """The version of the words the holder agrees to."""

    version: Annotated[str, Field(min_length=1, max_length=40, examples=["2026-1"])]


class ConsentView(View):
    """A consent: payments from `consented_at` until `revoked_at` are reported."""

    version: str
    consented_at: Instant
    revoked_at: Instant | None


class ConsentList(View):
    """The caller's consents, the newest first."""

    data: list[ConsentView]


@router.post("", status_code=201, operation_id="createTaxConsent", responses=problems(*BODY))
def agree(body: ConsentRequest, house: HouseDep, caller: Caller) -> ConsentView:
    """Agree that payments at registered markets are reported for the income deduction, from now on."""
    caller.need(PersonRole.HOLDER)
    with house.begin() as conn:
        made = agree_to_tax_file(conn, caller.person_id, version=body.version, at=house.now())
    return _view(made)


@router.post("/current/withdrawals", status_code=201, operation_id="createTaxConsentWithdrawal")
def withdraw(house: HouseDep, caller: Caller) -> ConsentView:
    """Withdraw the consent: payments from now on are not reported."""
    with house.begin() as conn:
        found = revoke_tax_consent(conn, caller.person_id, at=house.now())
    return _view(found)


@router.get("", operation_id="listTaxConsents")
def listing(house: HouseDep, caller: Caller) -> ConsentList:
    """List the caller's consents."""
    with house.begin() as conn:
        found = consents(conn, caller.person_id)
    return ConsentList(data=[_view(each) for each in found])


class TaxFileRequest(Strict):
    """Which year; the first file of it, or a correction where something changed since."""

    year: Year


class TaxFileView(View):
    """One issue of a year's file; `change` is what it changes in the year's sum, won."""

    year: int
    issue: int
    made_at: Instant
    lines: int
    change: int


class TaxFileList(View):
    """The files, the newest first."""

    data: list[TaxFileView]


@files.post(
    "", status_code=201, operation_id="createTaxFile", response_model=TaxFileView,
    responses={204: {"description": "Nothing changed since the last issue."}, **problems(409, *BODY)},
)  # fmt: skip
def make(body: TaxFileRequest, house: HouseDep, caller: Caller) -> TaxFileView | Response:
    """Make a year's file, or its next correction; 204 where nothing changed."""
    caller.need(PersonRole.FINANCE_MAKER)
    with house.begin() as conn:
        made = make_tax_file(conn, year=body.year, by=f"person:{caller.person_id.hex}", at=house.now())
    if made is None:
        return Response(status_code=204)
    return TaxFileView.model_validate(made, from_attributes=True)


@files.get("", operation_id="listTaxFiles")
def issues(house: HouseDep, caller: Caller) -> TaxFileList:
    """List the files."""
    caller.need(*OVERSIGHT_ROLES)
    with house.begin() as conn:
        found = tax_files(conn)
    return TaxFileList(data=[TaxFileView.model_validate(each, from_attributes=True) for each in found])


@files.get(
    "/{year}/{issue}", operation_id="getTaxFile", response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The file."}},
)  # fmt: skip
def read(year: YearPath, issue: IssuePath, house: HouseDep, caller: Caller) -> StreamingResponse:
    """Give an issue as CSV, one line for each person, with the totals in the last line."""
    caller.need(*OVERSIGHT_ROLES)
    with house.begin() as conn:
        known = [each for each in tax_files(conn, limit=100_000) if (each.year, each.issue) == (year, issue)]
    if not known:
        raise TaxFileUnknown
    lines = write_tax_file(house.begin, house.lanes, year=year, issue=issue)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8")


def _view(found: TaxConsent) -> ConsentView:
    return ConsentView.model_validate(found, from_attributes=True)
