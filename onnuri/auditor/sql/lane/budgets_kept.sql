-- Truth: what a lane has used of a budget is the subsidy of its charges that stand, less what reached the bank again; never more
-- than the lane's part of it; the parts of the lanes are the budget.
WITH given AS (
    SELECT policy_id, sum(subsidy)::bigint AS won FROM charges WHERE status <> 'FAILED' GROUP BY policy_id
), back AS (
    SELECT c.policy_id, sum(r.subsidy)::bigint AS won FROM refunds r JOIN charges c ON c.id = r.charge_id WHERE r.status = 'SUCCEEDED' GROUP BY c.policy_id
), counted AS (
    SELECT coalesce(p.id, u.policy_id) AS policy_id, p.budget, coalesce(b.budget, 0) AS part, coalesce(u.granted, 0) AS granted,
           coalesce(u.came_back, 0) AS came_back, coalesce(g.won, 0) AS given, coalesce(k.won, 0) AS back
    FROM (SELECT id, budget FROM shared.policies WHERE budget IS NOT NULL) AS p FULL JOIN budget_use u ON u.policy_id = p.id
    LEFT JOIN shared.policy_budgets b ON b.policy_id = p.id AND b.lane = current_schema()
    LEFT JOIN given g ON g.policy_id = coalesce(p.id, u.policy_id) LEFT JOIN back k ON k.policy_id = coalesce(p.id, u.policy_id)
)
SELECT format('budget of %s', policy_id) AS subject,
       format('says %s used and %s back; charges and refunds say %s and %s', granted, came_back, given, back) AS detail,
       greatest(abs(granted - given), abs(came_back - back))::bigint AS loss, 'state' AS loses
FROM counted WHERE (granted, came_back) <> (given, back)
UNION ALL
SELECT format('budget of %s', policy_id), format('%s used of %s', given - back, part), (given - back - part)::bigint, 'state'
FROM counted WHERE budget IS NOT NULL AND given - back > part
UNION ALL
SELECT format('budget of %s', policy_id), 'is counted and there is none', granted, 'state' FROM counted WHERE budget IS NULL
UNION ALL
SELECT format('budget of %s', coalesce(p.id, b.policy_id)), format('is %s, its parts are %s', p.budget, b.won), abs(coalesce(b.won, 0) - coalesce(p.budget, 0)), 'state'
FROM (SELECT id, budget FROM shared.policies WHERE budget IS NOT NULL) AS p
FULL JOIN (SELECT b.policy_id, sum(b.budget)::bigint AS won FROM shared.policy_budgets b GROUP BY b.policy_id) AS b ON b.policy_id = p.id
WHERE p.budget IS DISTINCT FROM b.won
UNION ALL
SELECT format('budget of %s', b.policy_id), format('has a part for the lane %s, which is not there', b.lane), b.budget, 'state'
FROM shared.policy_budgets b WHERE NOT EXISTS (SELECT 1 FROM shared.lanes l WHERE l.name = b.lane)
