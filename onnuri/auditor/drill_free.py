"""What may be changed without the audit seeing it, each with its reason. Pure: no I/O.

A key is `table.cell`, `table.*` for whatever is left of a table, or `*.cell` for a cell of that name in any table.
"""

from __future__ import annotations

from typing import Final

_WORDS = "a person's words, kept as they were typed; nothing is decided by them"
_BANK = "the bank's own words about an order; the status decides, and the bank's lines are matched to it"
_OPEN = "asked, or not known yet: both are open and the bank is asked again; to or from an end is found"
_TRIES = "how often and when something was tried; what came of it is checked"
_WHEN = "when it was written down; the order of the books is seq, and no rule asks for this instant"
_DOOR = "who may come in; the auditor may not even read it, and every act is checked whoever did it"
_REGISTER = "what the register says of it today; the books name only its identity, which is checked"
_SEALED = "sealed with a key that the auditor does not have; a changed one can't be opened, and nothing is paid to it"
_ID = "nothing names it but itself"
_WAITS = "of a proposal that moved nothing: it waits or was turned down; of one that was carried out it is found"
_PROGRAMME = "what it is called and who announced it; what it credited, and until when that lives, is checked"
_REFUSED = "why a line was refused, as its giver was told; what was credited is checked"
_CONSENT = "a consent as it was given; what was charged or reported under it is checked"
_CAME_BACK = "of an archive that came back: its transfers are here and folded again; of one that is away it is found"
_BETWEEN = "another instant between the same payments; one that changes what counts is found"
_TELLS = "as the other operator's file says it, of a line that is not in the books; of one that is it is found"


def _cells(table: str, reason: str, *cells: str) -> dict[str, str]:
    return {f"{table}.{cell}": reason for cell in cells}


FREE: Final[dict[str, str]] = {
    "alembic_version.*": "where migrations go on; what they made is compared wall by wall",
    "test_clock.*": "the sandbox's clock; production has none",
    "cancels.reason": _WORDS,
    "cancels.cancelled_by": "who pressed the button; no money follows from it",
    "entries.reason": _WORDS,
    "entries.reason filled": _WORDS,
    "logins.*": _DOOR,
    "tokens.*": _DOOR,
    "roles.*": _DOOR,
    "sign_in_failures.*": _DOOR,
    "role_changes.id": "the order of two people's roles; that each role's own changes take turns is checked",
    "role_changes.changed_at": "when a role began that was taken since; of one that is held it is found",
    "role_changes.changed_by filled": "who did what was done at the machine; that it is somebody is checked",
    "role_changes.changed_by emptied": "a grant as if done at the machine; of what was taken it is found",
    "stickers.*": "a sticker is signed: a changed one is refused when it is scanned",
    "payments.sticker_id emptied": "that the number was typed and no code scanned; who was paid is checked",
    "breaks.*": "a finding that people work on: its text, its owner; that each line is in a break is checked",
    "charges.bank_code_given": _BANK,
    "charges.bank_code_given emptied": _BANK,
    "charges.bank_message": _BANK,
    "charges.bank_message emptied": _BANK,
    "charges.status": _OPEN,
    "refunds.status": _OPEN,
    "charges.inquiries": _TRIES,
    "refunds.bank_code_given": _BANK,
    "refunds.bank_code_given emptied": _BANK,
    "refunds.bank_message": _BANK,
    "refunds.bank_message emptied": _BANK,
    "refunds.inquiries": _TRIES,
    "payouts.bank_code_given": _BANK,
    "payouts.bank_code_given emptied": _BANK,
    "payouts.bank_message": _BANK,
    "payouts.bank_message emptied": _BANK,
    "payouts.bank_date": _BANK,
    "payouts.booked_on": _BANK,
    "payouts.status": _OPEN,
    "outbox.subject_id": "what an event is about that tells no payment, cancel, charge or refund; of these it is found",
    "payouts.booked_on emptied": _BANK,
    "payouts.booked_on filled": _BANK,
    "payouts.answered_at": _WHEN,
    "payouts.requested_at": _WHEN,
    "payouts.due_on": "later than the lines are due: a promise that was kept late; earlier is found",
    **dict.fromkeys(
        (f"payouts.{name}{how}" for name in ("inquiries", "sends", "sent_at", "inquired_at", "not_found")
         for how in ("", " filled", " emptied")), _TRIES,
    ),
    "day_sheets.written_at": _WHEN,
    "day_snapshots.taken_at": _WHEN,
    "day_totals.row taken out": "a total of nothing on the first day; a total of something is found",
    "seals.sealed_at": _WHEN,
    "lanes.opened_at": _WHEN,
    "late_words.heard_at": _WHEN,
    "matches.matched_at": _WHEN,
    "hold_ends.ended_at": _WHEN,
    "holds.amount": "a hold that has ended without a capture; an open one, and a captured one, is found",
    "holds.id": "a hold that has not ended: nothing points at it yet, and the money it sets aside is checked",
    "holds.placed_at": _WHEN,
    "holds.expires_at": "a hold that ended early or has not ended: it may only end sooner or later",
    "expiry_cursors.*": "where a job goes on; what it would skip is unspendable all the same",
    "lane.mark_every": "how near to any past balance the next mark will be: speed, not money",
    "marks.seq": "after another batch that did not touch the account: as true there; where it is untrue it is found",
    "marks.row taken out": "one mark less: a read of the past walks further to the same figure",
    "lane.partition_rows": "how large the next partition will be: speed, not money",
    "payments.shop_name": "the name on the sign that day, shown on the receipt; the shop's identity is checked",
    "payments.client_reference": "a word of the caller's own",
    "payments.client_reference emptied": "a word of the caller's own",
    "payments.client_reference filled": "a word of the caller's own",
    "debit_accounts.*": "how a holder's bank knows the account; whose it is, is checked where it is used",
    "people.*": "that somebody exists; whoever has a wallet is checked, names are in the vault",
    "markets.*": _REGISTER,
    "shops.name": _REGISTER,
    "shops.business_number": "another number that somebody may have; one that nobody can have is found",
    "shops.market_id": _REGISTER,
    "shops.goods": _REGISTER,
    "shops.goods emptied": _REGISTER,
    "shops.goods filled": _REGISTER,
    "shops.valid_until": _REGISTER,
    "shops.valid_until emptied": _REGISTER,
    "shops.valid_until filled": _REGISTER,
    "shops.registered_at": _WHEN,
    "shop_accounts.*": _SEALED,
    "shop_statuses.*": "who changed a status, when and why; that the last one is the shop's is checked",
    "public_keys.row doubled": "a key that has signed nothing; whoever verifies brings the published one",
    "public_keys.retired_at filled": "from when on a key is no longer used; what it has signed is checked",
    "public_keys.used_from": _WHEN,
    "age_checks.checked_on": "of somebody without a wallet of that day; an answer that forbade one is found",
    "age_checks.row taken out": "the vault knows the date of birth and answers again",
    **_cells("archives", _CAME_BACK, "seq_lo", "seq_hi", "rows_sha256", "returned_at", "row taken out"),
    **_cells("auto_charges", _CONSENT, "id", "wallet_id", "kind", "day_of_month", "below", "face",
             "consent_version", "consented_at", "revoked_at", "revoked_at filled", "row taken out"),
    "calendar_overrides.*": "a bank holiday as it was announced; payouts are compared with their lines' due dates",
    **_cells("claw_back_orders", _WAITS, "id", "amount", "amount emptied", "amount filled", "reason", "lot_id",
             "ordered_at", "decided_at", "row taken out"),
    "companies.name": _REGISTER,
    "companies.verified_by": _WORDS,
    "companies.verified_at": _WHEN,
    "company_accounts.*": "how a company's bank knows the account; whose it is, is checked where it was used",
    **dict.fromkeys((f"company_purchases.{name}{how}" for name in ("bank_code_given", "bank_message")
                     for how in ("", " filled", " emptied")), _BANK),
    "company_purchases.inquiries": _TRIES,
    "company_purchases.status": _OPEN,
    "credit_list_findings.code": _REFUSED,
    "credit_list_findings.facts": _REFUSED,
    "credit_lists.uploaded_at": _WHEN,
    "credit_lists.decided_at": _WHEN,
    "credit_lists.finished_at": _WHEN,
    "credit_lists.stopped_by filled": "why the last run of an open list stopped; the next one goes on there",
    "credit_refusals.facts": _REFUSED,
    "credit_refusals.recorded_at": _WHEN,
    "expirations.id": _ID,
    "grant_programmes.name": _PROGRAMME,
    "grant_programmes.source": _PROGRAMME,
    "grant_programmes.proposed_at": _WHEN,
    "grant_programmes.decided_at": "another instant before what it credited; one after it is found",
    "grant_programmes.opens_at": "another day on which it credited nothing; one that bars what it credited is found",
    "grant_programmes.closes_at": "another day on which it credited nothing; one that bars what it credited is found",
    "grant_programmes.row doubled": "a programme that has credited nothing",
    **_cells("handovers", _WAITS, "id", "reason", "proposed_at", "decided_at", "row taken out"),
    "handovers.kind": _WORDS,
    **_cells("migration_rows", _TELLS, "line", "reference", "problem", "problem filled", "face", "charged_at",
             "expires_at", "used_won", "source", "row taken out"),
    "opening_gate.*": "a lock that openings of wallets and approvals of migrations take: it holds nothing",
    "migrations.operator": _WORDS,
    "migrations.sha256": "of the other operator's file: whoever has the file compares it",
    "migrations.staged_at": _WHEN,
    "migrations.opened_at": _WHEN,
    "migrations.opened_at emptied": "all of it is open; the next run finds nothing left to open and writes it again",
    "migrations.rejected_at": _WHEN,
    "migrations.row doubled": "a file that was staged and not approved: nothing of it is in the books",
    "policy_proposals.id": _ID,
    **_cells("policy_proposals", _WAITS, "valid_to", "valid_to emptied", "valid_from", "terms", "policy_id",
             "reason", "row taken out", "row doubled"),
    "policy_proposals.worsens": "what was announced as worse for holders; the terms themselves are compared",
    "policy_proposals.proposed_at": _WHEN,
    "sticker_aliases.*": "which old code leads to which sticker; the shop is shown before paying and is checked",
    "tax_consents.id": _ID,
    "tax_consents.version": _CONSENT,
    "tax_consents.consented_at": _BETWEEN,
    "tax_consents.revoked_at": _BETWEEN,
    "tax_registrations.id": "of one without a record of an end; of one that has such a record it is found",
    "tax_registrations.valid_from": _BETWEEN,
    "tax_registrations.recorded_at": _WHEN,
    "tax_registration_ends.ends_at": "an end that was replaced before it came: no payment was stamped by it",
    "tax_registration_ends.reason": _WORDS,
    "tax_registration_ends.reason filled": _WORDS,
    "tax_registration_ends.recorded_at": _WHEN,
    "tax_files.made_at": "another instant between the same cancels; one that changes the sum is found",
    "tax_files.made_by": _WORDS,
    "wallet_blocks.id": _ID,
    "wallet_blocks.reason": _WORDS,
    "wallet_blocks.lift_reason": _WORDS,
    "statement_files.*": "where the bank's file came from; its balances and lines are checked",
    "statement_lines.line_ref": "the bank's own number of a line",
    "statement_lines.booked_on": _BANK,
    "statement_lines.end_to_end_id": "the reference on a line that matches nothing and is in a break; of others found",
    "statement_lines.remitter_text": _BANK,
}  # fmt: skip


def why_free(table: str, what: str) -> str | None:
    """Say why a break may pass unseen; None where it may not. A wall never may, but those of a table that is free."""
    return FREE.get(f"{table}.{what}") or FREE.get(f"{table}.*")
