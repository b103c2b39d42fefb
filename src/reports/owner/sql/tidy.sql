-- What makes figures less than they could be: claims that nobody is said to have sent, money that matches nothing, addresses of those who
-- send that nobody has checked. $1 a year ago.
select 'claims' as what, count(*) as n, cast(coalesce(sum(c.charge_cents), 0) as bigint) as cents
from claim c
left join referral r on r.id = c.referral_id
where c.deleted_at is null and c.voided_on is null and c.first_sent_on >= $1 and (r.id is null or (r.provider_id is null and r.source_kind is null))
union all
select 'money', count(*), cast(coalesce(sum(amount_cents), 0) as bigint)
from money_event
where claim_id is null and visit_id is null and kind = 'insurer_payment' and reverses_id is null and posted_on >= $1
union all
select 'addresses', count(*), cast(0 as bigint)
from provider_email a
join provider p on p.id = a.provider_id
where a.deleted_at is null and a.verified_on is null and p.deleted_at is null
    and exists (select 1 from referral r where r.provider_id = p.id and r.deleted_at is null and r.received_on >= $1)
