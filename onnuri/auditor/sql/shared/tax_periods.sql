-- Truth: when a market was registered at the tax service is what was recorded, word by word, by somebody known; no beginning and no end
-- was ever recorded of the past, and none that had come was replaced: so payments' stamps, compared with these periods, stay true.
WITH said AS (
    SELECT e.*, r.market_id, r.valid_from, r.recorded_at AS registered_at, lag(e.number) OVER w AS before_number, lag(e.ends_at) OVER w AS before_end,
           coalesce(lag(e.recorded_at) OVER w, r.recorded_at) AS before_at
    FROM shared.tax_registration_ends e LEFT JOIN shared.tax_registrations r ON r.id = e.registration_id
    WINDOW w AS (PARTITION BY e.registration_id ORDER BY e.number)
), last AS (
    SELECT DISTINCT ON (registration_id) registration_id, ends_at FROM shared.tax_registration_ends ORDER BY registration_id, number DESC
)
SELECT format('tax registration %s', r.id) AS subject, format('of the market %s from %s to %s, recorded %s by %s; its records say it ends at %s', r.market_id, r.valid_from,
              r.valid_to, r.recorded_at, r.recorded_by, l.ends_at) AS detail, 0::bigint AS loss, 'state' AS loses
FROM shared.tax_registrations r LEFT JOIN last l ON l.registration_id = r.id
WHERE r.valid_to IS DISTINCT FROM l.ends_at OR r.valid_from < r.recorded_at OR r.valid_to < r.valid_from
   OR NOT EXISTS (SELECT 1 FROM shared.markets m WHERE m.id = r.market_id) OR NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = r.recorded_by)
   OR EXISTS (SELECT 1 FROM shared.tax_registrations o WHERE o.market_id = r.market_id AND o.id <> r.id
              AND tstzrange(least(o.valid_from, o.valid_to), o.valid_to) && tstzrange(least(r.valid_from, r.valid_to), r.valid_to))
UNION ALL
SELECT format('end %s of tax registration %s', number, registration_id), format('at %s, recorded %s by %s, after one of %s at %s: %s', ends_at, recorded_at, recorded_by,
              before_at, before_end, coalesce(reason, 'no reason')), 0, 'state'
FROM said s
WHERE s.valid_from IS NULL OR s.number <> coalesce(s.before_number, 0) + 1 OR s.recorded_at < s.before_at OR s.before_end <= s.recorded_at
   OR s.ends_at < greatest(s.recorded_at, s.valid_from) OR coalesce(s.ends_at, s.before_end) IS NULL OR (s.number > 1 AND s.reason IS NULL)
   OR NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = s.recorded_by)
