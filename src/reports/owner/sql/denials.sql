-- What payers refused in a month. $1, $2 the first and the last day.
select d.claim_id as claim_id, d.reasons as reasons, p.name as payer, d.amount_cents as cents
from denial d
join claim c on c.id = d.claim_id
join payer p on p.id = c.payer_id
where d.received_on between $1 and $2 and c.deleted_at is null
order by d.id
