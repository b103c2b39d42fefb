-- Money that belongs to no claim and no visit.
select
    cast(coalesce(sum(case when kind in ('patient_payment', 'refund') then amount_cents else 0 end), 0) as bigint) as unmatched_cents,
    cast(coalesce(sum(case when kind in ('provider_item', 'insurer_payment') then amount_cents else 0 end), 0) as bigint) as unallocated_cents
from money_event
where claim_id is null and visit_id is null
