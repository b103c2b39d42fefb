-- Money that belongs to no claim and no visit: unmatched what came for one that is not found yet, unallocated what is about none.
select
    cast(coalesce(sum(case when kind <> 'provider_item' then amount_cents else 0 end), 0) as bigint) as unmatched_cents,
    cast(coalesce(sum(case when kind = 'provider_item' then amount_cents else 0 end), 0) as bigint) as unallocated_cents
from money_event
where claim_id is null and visit_id is null
