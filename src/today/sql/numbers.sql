-- Everything that carries one of some numbers, compared without dashes, spaces and dots. The numbers stand in place of the
-- mark; $1 to $5 say what the asking person may see: referrals, claims, payments, coverages, reports (1 or 0 each).
with asked as (select number from (/* numbers */) of_this)
select
    'referral' as kind,
    'referrals' as page,
    r.public_id as id,
    r.number,
    r.patient_id,
    cast(null as bigint) as provider_id,
    cast(null as text) as other,
    r.received_on as on_day
from referral r
where $1 = 1 and r.deleted_at is null and replace(r.number, '-', '') in (select number from asked)
union all
select 'claim', 'claims', c.public_id, c.number, c.patient_id, null, p.name, c.service_on
from claim c
join payer p on p.id = c.payer_id
where $2 = 1 and c.deleted_at is null and replace(c.number, '-', '') in (select number from asked)
union all
select 'payer_claim_no', 'claims', c.public_id, coalesce(c.payer_claim_no, c.clearinghouse_claim_no), c.patient_id, null, p.name, c.service_on
from claim c
join payer p on p.id = c.payer_id
where $2 = 1 and c.deleted_at is null
    and (
        upper(replace(replace(replace(c.payer_claim_no, '-', ''), ' ', ''), '.', '')) in (select number from asked)
        or upper(replace(replace(replace(c.clearinghouse_claim_no, '-', ''), ' ', ''), '.', '')) in (select number from asked)
    )
union all
select 'payer_claim_no', 'claims', c.public_id, d.payer_claim_no, c.patient_id, null, p.name, c.service_on
from decision d
join claim c on c.id = d.claim_id
join payer p on p.id = c.payer_id
where $2 = 1 and c.deleted_at is null and (c.payer_claim_no is null or c.payer_claim_no <> d.payer_claim_no)
    and upper(replace(replace(replace(d.payer_claim_no, '-', ''), ' ', ''), '.', '')) in (select number from asked)
union all
select 'sending', 'claims', c.public_id, t.reference, c.patient_id, null, p.name, t.sent_on
from transmission t
join claim c on c.id = t.claim_id
join payer p on p.id = c.payer_id
where $2 = 1 and c.deleted_at is null
    and upper(replace(replace(replace(t.reference, '-', ''), ' ', ''), '.', '')) in (select number from asked)
union all
select 'trace', 'payments', m.public_id, m.trace, null, null, p.name, m.paid_on
from remittance m
join payer p on p.id = m.payer_id
where $3 = 1 and upper(replace(replace(replace(m.trace, '-', ''), ' ', ''), '.', '')) in (select number from asked)
union all
select 'patient_check', 'patients', p.public_id, e.reference, e.patient_id, null, null, e.posted_on
from money_event e
join patient p on p.id = e.patient_id
where $3 = 1 and e.kind = 'patient_payment'
    and upper(replace(replace(replace(e.reference, '-', ''), ' ', ''), '.', '')) in (select number from asked)
union all
select 'authorization', 'patients', p.public_id, k.authorization_no, k.patient_id, null, y.name, k.verified_on
from coverage k
join patient p on p.id = k.patient_id
left join payer y on y.id = k.payer_id
where $4 = 1 and k.deleted_at is null and k.replaced_at is null
    and upper(replace(replace(replace(k.authorization_no, '-', ''), ' ', ''), '.', '')) in (select number from asked)
union all
select
    case when upper(replace(replace(replace(k.claim_no, '-', ''), ' ', ''), '.', '')) in (select number from asked) then 'injury' else 'member' end,
    'patients',
    p.public_id,
    case
        when upper(replace(replace(replace(k.claim_no, '-', ''), ' ', ''), '.', '')) in (select number from asked) then k.claim_no
        else k.member_no
    end,
    k.patient_id,
    null,
    y.name,
    k.injured_on
from coverage k
join patient p on p.id = k.patient_id
left join payer y on y.id = k.payer_id
where $4 = 1 and k.deleted_at is null and k.replaced_at is null
    and (
        upper(replace(replace(replace(k.claim_no, '-', ''), ' ', ''), '.', '')) in (select number from asked)
        or upper(replace(replace(replace(k.member_no, '-', ''), ' ', ''), '.', '')) in (select number from asked)
    )
union all
select 'report', 'reports', t.public_id, t.reference, t.patient_id, t.provider_id, null, cast(null as date)
from report t
where $5 = 1 and t.deleted_at is null and upper(t.reference) in (select number from asked)
limit 60
