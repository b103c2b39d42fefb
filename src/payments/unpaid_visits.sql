-- Visits that the patient pays alone and has not paid whole.
-- $1 the patient.
select v.public_id, v.visit_on, cast(v.charge_cents - v.discount_cents - v.paid_cents as bigint) as cents
from (
    select
        visit.*,
        coalesce((select sum(e.amount_cents) from money_event e where e.visit_id = visit.id and e.claim_id is null), 0) as paid_cents
    from visit
    where patient_id = $1 and state = 'attended' and deleted_at is null and charge_cents is not null
) v
where v.charge_cents - v.discount_cents > v.paid_cents
order by v.visit_on
