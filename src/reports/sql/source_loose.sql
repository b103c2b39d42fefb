-- Money that belongs to no claim and no visit: patients' payments in advance, and items of deposits that name no claim.
-- $1, $2 the period, by the day on which it counts.
select
    case when kind = 'provider_item' then 'unallocated' else 'unmatched' end as place,
    cast(sum(case when kind in ('provider_item', 'insurer_payment') then amount_cents else 0 end) as bigint) as insurer_cents,
    cast(sum(case when kind in ('patient_payment', 'refund') then amount_cents else 0 end) as bigint) as patient_cents
from money_event
where claim_id is null and visit_id is null and posted_on between $1 and $2
group by 1
