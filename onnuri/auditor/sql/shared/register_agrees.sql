-- Truth: what the register, the payouts, the bank's lines and the breaks say of each other is so.
SELECT format('lane %s', l.name) AS subject, 'is listed and not there' AS detail, 0::bigint AS loss, 'pool' AS loses
FROM shared.lanes l WHERE NOT EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspname = l.name)
UNION ALL
SELECT format('wallet %s', w.id), format('is in the lane %s, which is not there', w.lane), 0, 'holder'
FROM shared.wallets w WHERE NOT EXISTS (SELECT 1 FROM shared.lanes l WHERE l.name = w.lane)
UNION ALL
SELECT format('shop %s', s.id), format('is %s; its last status is %s', s.status, h.status), 0, 'shop'
FROM shared.shops s LEFT JOIN LATERAL (SELECT status FROM shared.shop_statuses WHERE shop_id = s.id ORDER BY since DESC, id DESC LIMIT 1) AS h ON true
WHERE s.status IS DISTINCT FROM h.status
UNION ALL
-- who may do what is what was granted and not taken, each once and in turn, by somebody who is there
SELECT format('role %s of %s', coalesce(r.role, c.role), coalesce(r.person_id, c.person_id)),
       format('held since %s; last %s %s by %s', r.granted_at, c.change, c.changed_at, c.changed_by), 0, 'nobody'
FROM shared.roles r FULL JOIN (
    SELECT DISTINCT ON (person_id, role, scope_id) * FROM shared.role_changes ORDER BY person_id, role, scope_id, id DESC) AS c
    ON (c.person_id, c.role, coalesce(c.scope_id, c.person_id)) = (r.person_id, r.role, coalesce(r.scope_id, r.person_id))
WHERE (r.person_id IS NOT NULL) <> (coalesce(c.change, '') = 'granted') OR (r.person_id IS NOT NULL AND r.granted_at <> c.changed_at)
UNION ALL
SELECT format('change %s of the roles of %s', c.id, c.person_id), format('%s %s by %s on %s, after %s', c.role, c.change, c.changed_by, c.changed_at, c.before), 0, 'nobody'
FROM (SELECT x.*, lag(x.change) OVER w AS before, lag(x.changed_at) OVER w AS before_at FROM shared.role_changes x
      WINDOW w AS (PARTITION BY person_id, role, scope_id ORDER BY id)) AS c
WHERE c.change = coalesce(c.before, 'taken') OR c.changed_at < c.before_at OR (c.changed_by IS NULL AND c.change = 'taken')
   OR (c.changed_by = c.person_id AND c.change = 'granted' AND c.role <> 'holder') -- a wallet's holder alone is so by an own act
   OR NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = c.person_id)
   OR (c.changed_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = c.changed_by))
UNION ALL
SELECT format('shop status %s', h.id), 'is of a shop that is not there, or begins before it', 0, 'nobody'
FROM shared.shop_statuses h LEFT JOIN shared.shops s ON s.id = h.shop_id WHERE s.id IS NULL
UNION ALL
SELECT format('shop %s', s.id), 'is in no market', 0, 'shop'
FROM shared.shops s WHERE NOT EXISTS (SELECT 1 FROM shared.markets m WHERE m.id = s.market_id)
UNION ALL
-- the check digit of a business number: weights 1 3 7 1 3 7 1 3 5, and the tens of the ninth product once more
SELECT format('shop %s', s.id), format('has the business number %s or the stall number %s, which nobody can have', s.business_number, s.stall_number), 0, 'state'
FROM shared.shops s CROSS JOIN LATERAL (
    SELECT sum(substr(s.business_number, n, 1)::integer * substr('137137135', n, 1)::integer) + substr(s.business_number, 9, 1)::integer * 5 / 10 AS total
    FROM generate_series(1, 9) AS g (n)) AS x
WHERE s.stall_number !~ '^[0-9]{7}$' OR s.business_number !~ '^[0-9]{10}$' OR (10 - x.total % 10) % 10 <> right(s.business_number, 1)::integer
UNION ALL
SELECT format('payout %s', p.id), 'goes to an account that is not its shop''s', p.amount, 'shop'
FROM shared.payouts p LEFT JOIN shared.shop_accounts a ON a.id = p.shop_account_id WHERE a.shop_id IS DISTINCT FROM p.shop_id
UNION ALL
SELECT format('payout %s', p.id), format('is %s, due %s, asked %s, sent on %s, answered %s', p.status, p.due_on, p.requested_at, p.bank_date, p.answered_at),
       p.amount, 'shop'
FROM shared.payouts p
WHERE (p.status IN ('PAID', 'REJECTED', 'RETURNED')) <> (p.answered_at IS NOT NULL) OR p.answered_at < p.requested_at
   OR p.bank_tran_id !~ '^[A-Z][0-9]{9}U[0-9A-Z]{9}$' OR p.bank_date < (p.requested_at AT TIME ZONE 'Asia/Seoul')::date
   OR p.due_on > (p.requested_at AT TIME ZONE 'Asia/Seoul')::date OR least(p.inquiries, p.sends, p.not_found) < 0
UNION ALL
SELECT format('line %s', l.id), format('of the file %s, which is not there or of another day', l.file_id), l.amount, 'pool'
FROM shared.statement_lines l LEFT JOIN shared.statement_files f ON f.file_id = l.file_id WHERE f.file_id IS NULL
UNION ALL
SELECT format('line %s', l.id), format('is matched to the payout %s, whose id on the rail it does not carry', p.id), l.amount, 'pool'
FROM shared.matches m JOIN shared.statement_lines l ON l.id = m.line_id JOIN shared.payouts p ON p.id = m.subject_id
WHERE m.matched_kind IN ('payout', 'payout_return', 'payout_duplicate') AND l.end_to_end_id <> p.bank_tran_id
UNION ALL
SELECT format('match of %s', m.line_id), 'is of a line that is not there', 0, 'nobody'
FROM shared.matches m WHERE NOT EXISTS (SELECT 1 FROM shared.statement_lines l WHERE l.id = m.line_id)
UNION ALL
SELECT format('break %s', b.id), format('is about %s, which is not there or another amount than %s', b.reference, b.amount), b.amount, 'pool'
FROM shared.breaks b LEFT JOIN shared.statement_lines l ON b.reference ~ '^line:[0-9]+$' AND l.id::text = substr(b.reference, 6)
WHERE b.reference LIKE 'line:%' AND (l.id IS NULL OR (b.kind = 'unknown_line' AND l.amount <> abs(b.amount)))
UNION ALL
SELECT format('break %s', b.id), format('is a %s, opened %s, resolved %s by %s', b.kind, b.opened_on, b.resolved_at, b.resolved_by), b.amount, 'pool'
FROM shared.breaks b
WHERE (b.resolved_at IS NULL) <> (b.resolved_by IS NULL) OR (b.resolved_at IS NULL AND b.resolution IS NOT NULL) OR b.kind !~ '^[a-z_]+$' OR b.owner = ''
UNION ALL
SELECT format('file %s', f.file_id), format('of %s says lines until %s, they are of %s', f.account, f.booked_on, x.last), 0, 'nobody'
FROM shared.statement_files f JOIN (SELECT file_id, max(booked_on) AS last FROM shared.statement_lines GROUP BY file_id) AS x ON x.file_id = f.file_id
WHERE x.last > f.booked_on
UNION ALL
SELECT format('key %s', k.key_id), format('is used from %s to %s', k.used_from, k.retired_at), 0, 'nobody'
FROM shared.public_keys k WHERE k.retired_at < k.used_from OR length(k.public_key) <> 32
