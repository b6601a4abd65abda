, cleaned AS (
    -- identifiers are taken out first: UUIDs with and without hyphens, and our ids on the bank rail
    SELECT subject, regexp_replace(words, '[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z][0-9]{9}U[0-9A-Z]{9}', ' ', 'g') AS rest
    FROM texts WHERE words IS NOT NULL
), judged AS (
    SELECT subject, CASE
        WHEN rest ~ '(^|[^0-9])[0-9]{6}-[1-8][0-9]{6}($|[^0-9])' THEN 'a resident registration number'
        WHEN rest ~ '(^|[^0-9])01[016789]-?[0-9]{3,4}-?[0-9]{4}($|[^0-9])' THEN 'a telephone number'
        WHEN rest ~ '(onk|whsec|sk)_[A-Za-z0-9+/_-]{16}|Bearer ' THEN 'a token'
        WHEN rest ~ '"(account_number|account_holder|holder_name|person_name|phone|password|token|secret|fintech_use_num)" *:' THEN 'a field of the vault'
        WHEN rest ~ '(^|[^0-9-])[0-9]{10,16}($|[^0-9-])' OR rest ~ '(^|[^0-9-])[0-9]{3,6}-[0-9]{2,6}-[0-9]{4,7}(-[0-9]{1,3})?($|[^0-9-])' THEN 'an account number'
        END AS looks_like
    FROM cleaned
)
SELECT subject, 'holds what looks like ' || looks_like AS detail, 0::bigint AS loss, 'holder' AS loses FROM judged WHERE looks_like IS NOT NULL
