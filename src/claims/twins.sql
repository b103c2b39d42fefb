-- What stands on the claims of a patient's other visits of one day: a payer takes the same line for a duplicate.
select c.number, l.code, l.modifiers
from claim c
join claim_line l on l.claim_version_id = case
    when c.state in ('draft', 'ready') then coalesce(c.draft_version_id, c.sent_version_id)
    else coalesce(c.sent_version_id, c.draft_version_id) end
where c.patient_id = $1 and c.service_on = $2 and c.visit_id <> $3 and c.state <> 'voided' and c.deleted_at is null
order by c.number, l.n
