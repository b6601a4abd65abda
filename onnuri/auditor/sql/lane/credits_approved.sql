-- Truth: behind whatever was credited by list stands an uploaded list of that giver, approved by another person than its uploader
-- before anything of it was credited, and no part that it does not have was credited.
SELECT format('unit %s of %s', u.unit, u.list_id) AS subject,
       CASE WHEN l.id IS NULL THEN format('gave %s lines, %s won, of a list that nobody uploaded', u.credited, u.total)
            WHEN l.status NOT IN ('APPROVED', 'DONE') THEN format('gave %s lines, %s won, of a list that is %s', u.credited, u.total, l.status)
            ELSE format('gave %s lines, %s won, at %s; its list has %s parts of %s, from %s, approved by %s at %s', u.credited, u.total, u.recorded_at, l.parts,
                        l.source_id, l.uploaded_by, l.decided_by, l.decided_at) END AS detail,
       u.total AS loss, CASE u.kind WHEN 'grant' THEN 'state' ELSE 'holder' END AS loses
FROM credit_units u LEFT JOIN shared.credit_lists l ON l.name = u.list_id
WHERE l.id IS NULL OR l.status NOT IN ('APPROVED', 'DONE') OR (l.kind, l.source_id) <> (u.kind, u.source_id) OR u.unit NOT BETWEEN 0 AND l.parts - 1
   OR coalesce(l.decided_by = l.uploaded_by, true) OR coalesce(u.recorded_at < l.decided_at, true)
