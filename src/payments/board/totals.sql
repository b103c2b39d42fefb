-- What all claims come to: charged and not yet in, and what came in beyond a charge and is to be given back.
-- The open sum is the outstanding of What pays, for claims.
select
    cast(coalesce(sum(left_cents), 0) as bigint) as open_cents,
    cast(coalesce(sum(case when left_cents < 0 then -left_cents else 0 end), 0) as bigint) as credit_cents
from (
    select
        case when first_sent_on is not null and voided_on is null then charge_cents else 0 end
            - insurer_cents - patient_cents - contractual_cents - written_off_cents as left_cents
    from claim
    where deleted_at is null /* own */
) c
