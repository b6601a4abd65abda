-- Truth: what needs two people was proposed by one and decided by another, both known, one after the other; keys that sign are
-- numbered without a gap, each in use until the next took over.
WITH decisions AS (
    SELECT 'handover' AS what, id::text AS id, proposed_by AS maker, proposed_at AS made_at, decided_by AS checker, decided_at,
           status <> 'PROPOSED' AS decided, coalesce(amount, 0) AS won, 'holder' AS loses FROM shared.handovers
    UNION ALL
    SELECT 'migration', id::text, staged_by, staged_at, approved_by, approved_at,
           CASE WHEN status = 'REJECTED' THEN approved_at IS NOT NULL ELSE status <> 'STAGED' END, 0, 'holder' FROM shared.migrations
    UNION ALL
    SELECT 'proposal', id::text, proposed_by, proposed_at, decided_by, decided_at, status <> 'PROPOSED', 0, 'state' FROM shared.policy_proposals
    UNION ALL
    SELECT 'list', id::text, uploaded_by, uploaded_at, decided_by, decided_at, status <> 'CHECKED', total, 'state' FROM shared.credit_lists
    UNION ALL
    SELECT 'order of a claw-back', id::text, ordered_by, ordered_at, decided_by, decided_at, status <> 'PROPOSED', coalesce(amount, 0), 'holder' FROM shared.claw_back_orders
    UNION ALL
    SELECT 'programme', id, proposed_by, proposed_at, decided_by, decided_at, status <> 'PROPOSED', 0, 'state' FROM shared.grant_programmes
), keys AS (
    SELECT k.*, row_number() OVER w AS number, lead(k.used_from) OVER w AS next_from
    FROM shared.public_keys k WINDOW w AS (PARTITION BY purpose ORDER BY length(key_id), key_id)
)
SELECT format('%s %s', d.what, d.id) AS subject, format('made %s by %s, decided %s by %s', d.made_at, d.maker, d.decided_at, d.checker) AS detail, d.won AS loss, d.loses AS loses
FROM decisions d
WHERE d.maker = d.checker OR d.decided <> (d.checker IS NOT NULL) OR d.decided <> (d.decided_at IS NOT NULL) OR d.decided_at < d.made_at
   OR NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = d.maker) OR (d.checker IS NOT NULL AND NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = d.checker))
UNION ALL
SELECT format('handover %s', h.id), format('%s, of %s by %s: from %s to %s', h.status, h.amount, h.entry_id, h.from_wallet, h.to_wallet), coalesce(h.amount, 0), 'holder'
FROM shared.handovers h LEFT JOIN shared.wallets f ON f.id = h.from_wallet LEFT JOIN shared.wallets t ON t.id = h.to_wallet
WHERE (h.status = 'APPROVED') <> (h.entry_id IS NOT NULL) OR (h.entry_id IS NULL) <> (h.amount IS NULL) OR h.from_wallet = h.to_wallet OR f.id IS NULL OR t.id IS NULL
UNION ALL
SELECT format('migration %s', m.id), format('%s: staged %s, approved %s, live %s', m.status, m.staged_at, m.approved_at, m.live_at), 0, 'holder'
FROM shared.migrations m WHERE (m.status = 'LIVE') <> (m.live_at IS NOT NULL) OR (m.status = 'REJECTED') <> (m.rejected_by IS NOT NULL)
   OR (m.rejected_by IS NULL) <> (m.rejected_at IS NULL) OR m.rejected_at < m.staged_at
   OR (m.rejected_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = m.rejected_by))
   OR m.live_at < m.approved_at OR length(m.sha256) <> 32 OR (m.opened_at IS NOT NULL AND coalesce(m.opened_at < m.live_at, true))
UNION ALL
SELECT format('wallet %s', w.id), format('is hidden, though all that moved in with %s is open', m.id), 0, 'holder'
FROM shared.wallets w JOIN shared.migration_rows r ON r.holder_id = w.holder_id JOIN shared.migrations m ON m.id = r.migration_id
WHERE w.state = 'MIGRATING' AND m.opened_at IS NOT NULL AND r.problem IS NULL AND NOT r.in_transit
UNION ALL
SELECT format('line %s of %s', r.line, r.migration_id), format('is taken from %s; its file is %s, of %s', r.taken_from, m.status, m.operator), r.left_won, 'pool'
FROM shared.migration_rows r JOIN shared.migrations m ON m.id = r.migration_id
WHERE r.taken_from IS DISTINCT FROM CASE WHEN m.status IN ('APPROVED', 'LIVE') AND r.problem IS NULL AND NOT r.in_transit THEN m.operator END
UNION ALL
SELECT format('lot %s of %s', r.reference, m.operator), format('is in %s approved lines', count(*)), sum(r.left_won)::bigint, 'pool'
FROM shared.migration_rows r JOIN shared.migrations m ON m.id = r.migration_id
WHERE m.status IN ('APPROVED', 'LIVE') AND r.problem IS NULL AND NOT r.in_transit GROUP BY m.operator, r.reference HAVING count(*) > 1
UNION ALL
SELECT format('line %s of %s', r.line, r.migration_id), 'is of a file that is not there, or of an approved one though it can''t be taken', coalesce(r.left_won, 0), 'holder'
FROM shared.migration_rows r LEFT JOIN shared.migrations m ON m.id = r.migration_id
WHERE m.id IS NULL OR (r.problem IS NOT NULL AND m.status NOT IN ('STAGED', 'REJECTED')) OR r.line < 2
   OR (r.problem IS NULL AND (r.paid > r.face OR r.left_won > r.face OR r.left_paid <> CASE WHEN r.source = 'grant' THEN 0 ELSE div(r.left_won::numeric * r.paid, r.face)::bigint END
       OR CASE WHEN r.source = 'grant' THEN NOT EXISTS (SELECT 1 FROM shared.grant_programmes g WHERE g.id = r.programme) ELSE r.programme <> 'digital' END
       OR NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = r.holder_id) OR NOT EXISTS (SELECT 1 FROM shared.lanes l WHERE l.name = r.lane)))
UNION ALL
SELECT format('tax file of %s', year), format('has the issue %s at place %s, made %s', issue, place, made_at), 0, 'state'
FROM (SELECT f.*, row_number() OVER w - 1 AS place FROM shared.tax_files f WINDOW w AS (PARTITION BY year ORDER BY issue)) AS f
WHERE issue <> place OR made_at < make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'Asia/Seoul')
UNION ALL
SELECT format('consent %s', c.id), format('of %s, from %s to %s', c.person_id, c.consented_at, c.revoked_at), 0, 'state'
FROM shared.tax_consents c
WHERE c.revoked_at < c.consented_at OR NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = c.person_id)
   OR EXISTS (SELECT 1 FROM shared.tax_consents o WHERE o.person_id = c.person_id AND o.id <> c.id AND tstzrange(o.consented_at, o.revoked_at) && tstzrange(c.consented_at, c.revoked_at))
UNION ALL
SELECT format('age of %s', a.person_id), format('was asked on %s for %s years', a.checked_on, a.age_min), 0, 'nobody'
FROM shared.age_checks a WHERE NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = a.person_id)
   OR NOT EXISTS (SELECT 1 FROM shared.policies y WHERE y.age_min = a.age_min)
UNION ALL
SELECT format('company %s', c.id), format('has the business number %s, which nobody can have', c.business_number), 0, 'state'
FROM shared.companies c CROSS JOIN LATERAL (
    SELECT sum(substr(c.business_number, n, 1)::integer * substr('137137135', n, 1)::integer) + substr(c.business_number, 9, 1)::integer * 5 / 10 AS total
    FROM generate_series(1, 9) AS g (n)) AS x
WHERE c.business_number !~ '^[0-9]{10}$' OR (10 - x.total % 10) % 10 <> right(c.business_number, 1)::integer
UNION ALL
SELECT format('old code %s', a.old_id), format('stands for the sticker %s, which is not there', a.sticker_id), 0, 'shop'
FROM shared.sticker_aliases a WHERE NOT EXISTS (SELECT 1 FROM shared.stickers s WHERE s.id = a.sticker_id)
UNION ALL
SELECT format('key %s', key_id), format('of %s, number %s, used from %s to %s; the next from %s', purpose, number, used_from, retired_at, next_from), 0, 'nobody'
FROM keys WHERE key_id <> purpose || '-' || number OR retired_at IS DISTINCT FROM next_from
UNION ALL
SELECT format('list %s', l.id), format('%s is %s, %s of %s parts done, decided %s, finished %s, stopped by %s', l.name, l.status, l.parts_done, l.parts, l.decided_at,
              l.finished_at, l.stopped_by), l.total, 'state'
FROM shared.credit_lists l
WHERE l.name <> l.kind || ':' || l.source_id || ':' || l.sha256 OR (l.status = 'DONE') <> (l.finished_at IS NOT NULL) OR l.parts_done NOT BETWEEN 0 AND l.parts
   OR (l.status = 'DONE' AND l.parts_done <> l.parts) OR (l.status IN ('CHECKED', 'REJECTED') AND l.parts_done > 0)
   OR (l.status <> 'APPROVED' AND l.stopped_by IS NOT NULL) OR (l.finished_at IS NOT NULL AND coalesce(l.finished_at < l.decided_at, true))
