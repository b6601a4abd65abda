-- Part of payouts_agree: this lane's part of each payout: what its lines carry, and what each step posted.
SELECT coalesce(l.payout_id, s.payout_id) AS payout_id, coalesce(l.won, 0) AS lines, coalesce(s.requested, 0) AS requested,
       coalesce(s.paid, 0) AS paid, coalesce(s.failed, 0) AS failed, coalesce(s.returned, 0) AS returned
FROM (SELECT payout_id, sum(payable)::bigint AS won FROM settlement_lines WHERE payout_id IS NOT NULL GROUP BY payout_id) AS l
FULL JOIN (SELECT payout_id, sum(amount) FILTER (WHERE step = 'requested')::bigint AS requested,
                  sum(amount) FILTER (WHERE step = 'paid')::bigint AS paid, sum(amount) FILTER (WHERE step = 'failed')::bigint AS failed,
                  sum(amount) FILTER (WHERE step = 'returned')::bigint AS returned
           FROM payout_entries GROUP BY payout_id) AS s ON s.payout_id = l.payout_id
ORDER BY 1
