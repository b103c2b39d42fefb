-- What some decisions said, line by line where they did, in the order in which they said it. Ids of decisions in the place of the mark.
select e.decision_id, e.claim_line_id, e.group_code, e.reason_code, e.remarks, e.amount_cents
from money_event e
where e.decision_id in (/* decisions */) and e.kind in ('insurer_payment', 'adjustment') and not e.entry_error
order by e.id
