"""What must be true after every test that moves money: our own arithmetic first, then the auditor's."""

from __future__ import annotations

import psycopg
from psycopg import sql

from onnuri.auditor.report import run_audit
from onnuri.kit.database import Database, Role

_OWN = {
    "balances differ from the fold of the transfers": """
        SELECT a.path FROM accounts a JOIN balances b ON b.account_id = a.id
        WHERE b.debits <> (SELECT coalesce(sum(amount), 0) FROM transfers WHERE debit_account = a.id)
           OR b.credits <> (SELECT coalesce(sum(amount), 0) FROM transfers WHERE credit_account = a.id)""",
    "debits differ from credits": """
        SELECT 'lane' FROM balances HAVING sum(debits) <> sum(credits)""",
    "a lot is below 0 or above its face": """
        SELECT l.id::text FROM lots l JOIN balances b ON b.account_id = l.account_id
        WHERE b.credits - b.debits NOT BETWEEN 0 AND l.face""",
    "seq has gaps or the lane forgot one": """
        SELECT 'lane' FROM lane l
        CROSS JOIN (SELECT count(*) AS rows, coalesce(max(seq), 0) AS highest FROM transfers) t
        WHERE t.rows <> t.highest OR l.last_seq <> t.highest""",
    "a payment differs from its transfers": """
        SELECT p.id::text FROM payments p
        WHERE p.amount <> (SELECT sum(amount) FROM transfers t WHERE t.entry_id = p.entry_id AND t.code = 'payment')""",
    "cancels exceed a payment": """
        SELECT p.id::text FROM payments p JOIN cancels c ON c.payment_id = p.id
        GROUP BY p.id, p.amount HAVING sum(c.amount) > p.amount""",
    "a key's subject does not exist": """
        SELECT o.key FROM outcomes o WHERE o.subject_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM payments WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM cancels WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM charges WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM refunds WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM gifts WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM wallets WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM gifts_received WHERE gift_id = o.subject_id
            UNION ALL SELECT 1 FROM credit_units WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM company_purchases WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM claw_backs WHERE id = o.subject_id
            UNION ALL SELECT 1 FROM claw_back_repayments WHERE id = o.subject_id)""",
    "assets differ from liabilities": """
        SELECT 'lane' FROM accounts a JOIN shared.account_kinds k ON k.kind = a.kind
        JOIN balances b ON b.account_id = a.id
        HAVING sum(CASE WHEN k.side = 'debit' THEN b.debits - b.credits ELSE 0 END)
            <> sum(CASE WHEN k.side = 'credit' THEN b.credits - b.debits ELSE 0 END)""",
    "an event is missing": """
        SELECT 'lane' FROM lane l
        CROSS JOIN (SELECT count(*) AS rows, coalesce(max(position), 0) AS highest FROM outbox) o
        WHERE o.rows <> o.highest OR l.last_event <> o.highest""",
}


def violations(database: Database) -> list[str]:
    """Find what is not as it must be; empty where all is well."""
    found: list[str] = []
    with psycopg.connect(database.url(Role.AUDITOR), autocommit=True) as conn:
        lanes = [name for (name,) in conn.execute("SELECT name FROM shared.lanes ORDER BY name")]
        for lane in lanes:
            conn.execute(sql.SQL("SET search_path = {}, pg_catalog").format(sql.Identifier(lane)))
            for words, query in _OWN.items():
                found += [f"{lane}: {words}: {row[0]}" for row in conn.execute(query.encode())]
    report = run_audit(database.url(Role.AUDITOR))
    return found + [f"auditor: {check.name}: {check}" for check in report.checks if not check.ok]
