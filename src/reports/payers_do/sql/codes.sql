-- The same by treatment, of the claims that were answered line by line (or that have one line).
select
    m.payer_id,
    m.kind,
    t.code,
    count(*) as claims,
    cast(sum(t.is_paid) as bigint) as paid,
    cast(sum(t.ever_denied) as bigint) as ever_denied,
    cast(sum(t.now_denied) as bigint) as now_denied,
    cast(sum(t.charge_cents) as bigint) as charges_cents,
    cast(sum(t.paid_cents) as bigint) as paid_cents,
    cast(sum(t.paid_units) as bigint) as paid_units,
    cast(sum(t.compared) as bigint) as compared,
    cast(sum(t.expected_cents) as bigint) as expected_cents,
    cast(sum(t.allowed_cents) as bigint) as allowed_cents,
    cast(sum(t.short_cents) as bigint) as short_cents,
    cast(sum(case when t.short_cents > 0 then 1 else 0 end) as bigint) as underpaid
from matter m
join treatment t on t.claim_id = m.claim_id and t.payer_rank = m.payer_rank
group by m.payer_id, m.kind, t.code
