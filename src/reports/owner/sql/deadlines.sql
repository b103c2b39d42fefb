-- What is too late after a day that is near: claims that have not left, denials that nobody answered. $1 today, $2 the last day that is looked at.
select 'file' as what, count(*) as n, cast(coalesce(sum(charge_cents), 0) as bigint) as cents, min(deadline_on) as first_on
from claim
where deleted_at is null and state in ('draft', 'ready', 'rejected') and deadline_on between $1 and $2
union all
select 'appeal', count(*), cast(coalesce(sum(d.amount_cents), 0) as bigint), min(d.appeal_by)
from denial d
join claim c on c.id = d.claim_id
where c.deleted_at is null and d.state = 'open' and d.appeal_by between $1 and $2
