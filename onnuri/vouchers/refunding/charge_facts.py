"""Read charges as the books tell them: what is left, used, refunded, and the transfers that say so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.vouchers.refunding.refund_rule import ChargeFacts, RefundTerms

# legs: every transfer that touched the lot, signed as it took (+) or gave back (-). A use runs to whom a shop's money
# is owed; a cancel, or the reversal of a payment, runs back from there. A lot that was handed over goes on in
# another one, with the face of the first and what had been used of it. A charge made at another operator is known by
# the lot it came here as, with its face and shares as they were there.
_FACTS = """
    WITH wanted AS (
        SELECT l.id, l.account_id, l.wallet_id, coalesce(c.id, o.moved_lot) AS charge_id,
               coalesce(o.face, l.face) AS face,
               CASE WHEN o.kind = 'migration' THEN o.paid ELSE l.paid END AS paid,
               CASE WHEN o.kind = 'migration' THEN o.face - o.paid ELSE l.subsidy END AS subsidy,
               coalesce(o.charged_at, l.created_at) AS created_at, l.refundable, coalesce(o.used, 0) AS used_before,
               greatest(l.expires_at, (SELECT max(g.until) FROM lot_graces g WHERE g.lot_id = l.id)) AS expires_at,
               coalesce(c.policy_id, o.policy_id) AS policy_id, c.id IS NULL AS from_elsewhere
        FROM lots l LEFT JOIN lot_origins o ON o.lot_id = l.id
        LEFT JOIN charges c ON c.id = coalesce(l.charge_id, o.charge_id)
        WHERE {which} AND coalesce(c.id, o.moved_lot) IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM transfers t WHERE t.debit_account = l.account_id AND t.code LIKE 'handover\\_%')
    ), legs AS (
        SELECT w.id, t.seq, t.amount AS taken, t.code, d.kind AS debit_kind, c.kind AS credit_kind
        FROM wanted w JOIN transfers t ON t.debit_account = w.account_id
        JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
        UNION ALL
        SELECT w.id, t.seq, -t.amount, t.code, d.kind, c.kind
        FROM wanted w JOIN transfers t ON t.credit_account = w.account_id
        JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
    ), sums AS (
        SELECT l.id,
               sum(taken) FILTER (WHERE l.credit_kind IN ('merchant', 'merchant_held', 'card_issuer')
                                     OR l.debit_kind IN ('merchant', 'merchant_held', 'card_issuer')) AS used,
               sum(taken) FILTER (WHERE l.code LIKE 'refund\\_%') AS back,
               sum(taken) FILTER (WHERE l.code LIKE 'expiry\\_%') AS expired,
               sum(taken) FILTER (WHERE k.share = 'paid') AS paid_out,
               sum(taken) FILTER (WHERE k.share = 'subsidy') AS subsidy_out,
               array_agg(l.seq ORDER BY l.seq) AS seqs
        FROM legs l LEFT JOIN shared.transfer_codes k
            ON (k.code, k.debit_kind, k.credit_kind) = (l.code, l.debit_kind, l.credit_kind)
        GROUP BY l.id
    )
    SELECT w.charge_id, w.wallet_id, w.id AS lot_id, w.account_id, w.face, w.paid, w.subsidy, w.created_at,
           w.expires_at, w.refundable, b.credits - b.debits - b.debits_pending AS left_won,
           (w.used_before + coalesce(s.used, 0))::bigint, coalesce(s.back, 0)::bigint, coalesce(s.paid_out, 0)::bigint,
           coalesce(s.subsidy_out, 0)::bigint, s.seqs, w.from_elsewhere,
           coalesce(s.expired, 0)::bigint,
           p.charge_cancel_days, p.refund_used_bps, p.refund_small_used_bps, p.refund_small_max
    FROM wanted w JOIN sums s ON s.id = w.id JOIN balances b ON b.account_id = w.account_id
    JOIN shared.policies p ON p.id = w.policy_id
    ORDER BY w.created_at DESC, w.id DESC
"""


def facts_of_charges(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, tuple[ChargeFacts, RefundTerms]]:
    """Give charges that made a lot, each with the terms of its own rules; others are left out."""
    wanted = """l.id IN (SELECT id FROM lots WHERE charge_id = ANY(:ids)
                        UNION ALL SELECT lot_id FROM lot_origins WHERE charge_id = ANY(:ids)
                        UNION ALL SELECT lot_id FROM lot_origins WHERE moved_lot = ANY(:ids))"""
    rows = conn.execute(text(_FACTS.format(which=wanted)), {"ids": list(ids)})
    return {facts.charge_id: (facts, terms) for facts, terms in map(_facts, rows)}


def facts_of_wallet(conn: Connection, wallet_id: UUID) -> list[tuple[ChargeFacts, RefundTerms]]:
    """List the charges of a wallet that made a lot, the newest first."""
    rows = conn.execute(text(_FACTS.format(which="l.wallet_id = :wallet")), {"wallet": wallet_id})
    return [_facts(row) for row in rows]


def _facts(row: Row[Any]) -> tuple[ChargeFacts, RefundTerms]:
    """Read a row: first the facts in their order, the last four are the terms."""
    columns = list(row)
    columns[15] = tuple(columns[15])
    return ChargeFacts(*columns[:18]), RefundTerms(*columns[18:])
