-- Truth: the walls around the books stand: no role that signs in may change or remove a book or own one, on any partition;
-- triggers refuse it a second time; the functions that write are the owner's and look only where they should.
WITH books (name, no_update) AS (
    VALUES ('lane', false), ('accounts', true), ('balances', false), ('entries', true), ('transfers', true), ('chain', true),
           ('outcomes', true), ('outbox', true), ('days', true), ('holds', true), ('hold_ends', true), ('day_snapshots', true),
           ('day_balances', true), ('day_totals', true), ('seals', true), ('seal_tiles', true)
), roles (role) AS (
    VALUES ('onnuri_app'), ('onnuri_reader'), ('onnuri_auditor')
), lane_tables AS (
    SELECT l.name AS lane, c.oid, c.relname::text AS name, c.relispartition, c.relowner, r.relname::text AS parent
    FROM shared.lanes l JOIN pg_namespace n ON n.nspname = l.name JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
    LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class r ON r.oid = i.inhparent
), guarded AS (
    -- every book and every partition of one
    SELECT t.lane, t.oid, t.name, t.relowner, b.name AS book, b.no_update
    FROM lane_tables t JOIN books b ON b.name = coalesce(t.parent, t.name)
), refusing AS (
    -- triggers that fire before and call the lane's refusing function; 1 row, 2 before, 8 delete, 16 update, 32 truncate
    SELECT g.tgrelid, bool_or(g.tgtype & 3 = 3 AND g.tgtype & 8 > 0) AS on_delete, bool_or(g.tgtype & 3 = 3 AND g.tgtype & 16 > 0) AS on_update,
           bool_or(g.tgtype & 2 = 2 AND g.tgtype & 32 > 0) AS on_truncate
    FROM pg_trigger g JOIN pg_proc f ON f.oid = g.tgfoid
    WHERE g.tgenabled IN ('O', 'A') AND g.tgqual IS NULL AND f.proname = 'refuse_change' AND g.tgattr = ''::int2vector
    GROUP BY g.tgrelid
), functions AS (
    SELECT l.name AS lane, f.proname::text AS name, f.proowner, f.prosecdef, f.proconfig, f.prosrc
    FROM shared.lanes l JOIN pg_namespace n ON n.nspname = l.name JOIN pg_proc f ON f.pronamespace = n.oid
), found AS (
    SELECT format('%s.%s', g.lane, g.name) AS subject, format('%s may %s', r.role, p.privilege) AS detail
    FROM guarded g, roles r, (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER'), ('REFERENCES')) AS p (privilege)
    WHERE has_table_privilege(r.role, g.oid, p.privilege)
      AND NOT (r.role = 'onnuri_app' AND p.privilege = 'INSERT' AND g.name IN ('seals', 'seal_tiles'))
    UNION ALL
    SELECT format('%s.%s', g.lane, g.name), format('%s may UPDATE a column', r.role)
    FROM guarded g, roles r WHERE has_any_column_privilege(r.role, g.oid, 'UPDATE')
    UNION ALL
    SELECT format('%s.%s', t.lane, t.name), format('%s may DELETE or TRUNCATE', r.role)
    FROM lane_tables t, roles r WHERE has_table_privilege(r.role, t.oid, 'DELETE, TRUNCATE')
    UNION ALL
    SELECT format('%s.%s', t.lane, t.name), 'onnuri_app may UPDATE what never changes'
    FROM lane_tables t WHERE t.name IN ('payments', 'cancels', 'lots', 'payout_entries', 'archives') AND has_any_column_privilege('onnuri_app', t.oid, 'UPDATE')
    UNION ALL
    SELECT format('shared.%s', c.relname), format('%s may change or remove what an operator recorded', r.role)
    FROM pg_class c, roles r WHERE c.relnamespace = 'shared'::regnamespace AND c.relname IN ('tax_registrations', 'tax_registration_ends')
      AND (has_any_column_privilege(r.role, c.oid, 'UPDATE') OR has_table_privilege(r.role, c.oid, 'DELETE, TRUNCATE'))
    UNION ALL
    SELECT format('shared.%s', f.proname), 'runs as its owner without a fixed search path, or for whoever makes a trigger of it'
    FROM pg_proc f WHERE f.pronamespace = 'shared'::regnamespace AND f.prosecdef
      AND (coalesce(array_to_string(f.proconfig, ',') <> 'search_path=pg_catalog, pg_temp', true) OR has_function_privilege('onnuri_app', f.oid, 'EXECUTE'))
    UNION ALL
    SELECT format('%s.%s', g.lane, g.name), 'lets rows be deleted, updated or truncated: a refusing trigger is gone, disabled or narrowed'
    FROM guarded g LEFT JOIN refusing x ON x.tgrelid = g.oid
    WHERE g.book <> 'lane' AND NOT coalesce(x.on_delete AND x.on_truncate AND (x.on_update OR NOT g.no_update), false)
    UNION ALL
    SELECT format('%s.%s', t.lane, t.name), format('is owned by %s', pg_get_userbyid(t.relowner))
    FROM lane_tables t WHERE pg_get_userbyid(t.relowner) <> 'onnuri_owner'
    UNION ALL
    SELECT format('%s.%s', f.lane, f.name), format('is owned by %s', pg_get_userbyid(f.proowner))
    FROM functions f WHERE pg_get_userbyid(f.proowner) <> 'onnuri_owner'
    UNION ALL
    SELECT format('%s.%s', f.lane, f.name), 'runs as its owner without a fixed search path'
    FROM functions f WHERE f.prosecdef AND NOT coalesce(array_to_string(f.proconfig, ',') = 'search_path=' || f.lane || ', pg_catalog, pg_temp', false)
    UNION ALL
    SELECT format('%s.refuse_change', l.name), 'does not refuse'
    FROM shared.lanes l WHERE NOT EXISTS (
        SELECT 1 FROM functions f WHERE f.lane = l.name AND f.name = 'refuse_change' AND f.prosrc ~* '^\s*BEGIN\s+RAISE EXCEPTION ' AND f.prosrc !~* 'RETURN')
    UNION ALL
    SELECT format('%s.%s', l.name, b.name), 'is not there' FROM shared.lanes l, books b
    WHERE NOT EXISTS (SELECT 1 FROM guarded g WHERE g.lane = l.name AND g.name = b.name)
    UNION ALL
    SELECT format('%s.%s', l.name, k.name), 'is not there: the constraint is gone or not valid'
    FROM shared.lanes l, (VALUES ('balances_floor'), ('balances_debits'), ('balances_credits'), ('transfers_amount'), ('transfers_two_accounts'),
        ('transfers_pk'), ('outcomes_pk'), ('accounts_path'), ('charges_shares')) AS k (name)
    WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
                      WHERE n.nspname = l.name AND c.conname = k.name AND c.convalidated)
    UNION ALL
    SELECT format('%s.%s', l.name, k.name), 'is not there: the unique index is gone or not valid'
    FROM shared.lanes l, (VALUES ('entries_reversed_once'), ('lots_one_per_charge'), ('payments_client_reference')) AS k (name)
    WHERE NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid
                      WHERE n.nspname = l.name AND c.relname = k.name AND i.indisunique AND i.indisvalid)
    UNION ALL
    SELECT format('role %s', r.rolname), 'is a superuser, may make roles, pass row security, or act as the owner'
    FROM pg_roles r JOIN roles x ON x.role = r.rolname
    WHERE r.rolsuper OR r.rolcreaterole OR r.rolbypassrls OR pg_has_role(r.rolname, 'onnuri_owner', 'MEMBER')
       OR has_parameter_privilege(r.rolname, 'session_replication_role', 'SET')
    UNION ALL
    SELECT format('%s.%s', t.lane, t.name), format('has the rule %s', w.rulename) FROM pg_rewrite w JOIN lane_tables t ON t.oid = w.ev_class
)
SELECT subject, detail, 0::bigint AS loss, 'nobody' AS loses FROM found
