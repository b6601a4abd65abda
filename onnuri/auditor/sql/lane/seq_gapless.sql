-- Truth: transfers, batches, events and refusals are numbered from 1 without a gap up to where the lane says it stands;
-- those that are away in an archive come first.
WITH places AS (
    SELECT 'transfer' AS what, seq AS place,
           lag(seq, 1, (SELECT coalesce(max(seq_hi) - 1, 0) FROM archives WHERE returned_at IS NULL)) OVER (ORDER BY seq) AS before, amount FROM transfers
    UNION ALL
    SELECT 'batch', batch, lag(batch, 1, 0::bigint) OVER (ORDER BY batch), 0 FROM chain
    UNION ALL
    SELECT 'event', position, lag(position, 1, 0::bigint) OVER (ORDER BY position), 0 FROM outbox
    UNION ALL
    SELECT 'refusal', refusal_number, lag(refusal_number, 1, 0::bigint) OVER (ORDER BY refusal_number), 0
    FROM outcomes WHERE refusal IS NOT NULL
), heads AS (
    SELECT 'transfer' AS what, last_seq AS stands, (SELECT coalesce(max(seq), (SELECT max(seq_hi) - 1 FROM archives WHERE returned_at IS NULL), 0) FROM transfers) AS last FROM lane
    UNION ALL
    SELECT 'batch', last_batch, (SELECT coalesce(max(batch), 0) FROM chain) FROM lane
    UNION ALL
    SELECT 'event', last_event, (SELECT coalesce(max(position), 0) FROM outbox) FROM lane
    UNION ALL
    SELECT 'refusal', last_refusal, (SELECT coalesce(max(refusal_number), 0) FROM outcomes) FROM lane
)
SELECT format('%s %s', what, place), format('follows %s', before), amount, 'pool' FROM places WHERE place IS DISTINCT FROM before + 1
UNION ALL
SELECT what, format('the lane stands at %s, the last is %s', stands, last), 0, 'nobody' FROM heads WHERE stands <> last
UNION ALL
SELECT 'lane', format('has %s rows', count(*)), 0, 'nobody' FROM lane HAVING count(*) <> 1
UNION ALL
SELECT format('batch %s', batch), format('says transfers from %s, the batch before ends at %s', seq_lo, before), 0, 'nobody'
FROM (SELECT batch, seq_lo, lag(seq_hi, 1, 0::bigint) OVER (ORDER BY batch) AS before FROM chain) AS c WHERE seq_lo <> before + 1
UNION ALL
SELECT format('event %s', position), format('has the topic %s, which no event has', topic), 0, 'nobody' FROM outbox WHERE topic !~ '^[a-z_]+\.[a-z_]+$'
