-- By payer and kind of coverage: how many claims, what became of them, and what was expected of the lines that were paid. Once for
-- the claims (no code), once for each treatment: of the claims that were answered line by line, or that have one line.
select
    m.payer_id,
    m.kind,
    null as code,
    count(*) as claims,
    cast(sum(m.is_decided) as bigint) as adjudicated,
    cast(sum(case when m.is_decided = 1 and m.paid_cents > 0 then 1 else 0 end) as bigint) as paid,
    cast(sum(m.ever_denied) as bigint) as ever_denied,
    cast(sum(m.now_denied) as bigint) as now_denied,
    cast(sum(m.charge_cents) as bigint) as charges_cents,
    cast(sum(case when m.is_decided = 1 then m.paid_cents else 0 end) as bigint) as paid_cents,
    cast(sum(coalesce(t.paid_units, 0)) as bigint) as paid_units,
    cast(sum(coalesce(t.compared, 0)) as bigint) as compared,
    cast(sum(coalesce(t.expected_cents, 0)) as bigint) as expected_cents,
    cast(sum(coalesce(t.allowed_cents, 0)) as bigint) as allowed_cents,
    cast(sum(coalesce(t.short_cents, 0)) as bigint) as short_cents,
    cast(sum(case when t.short_cents > 0 then 1 else 0 end) as bigint) as underpaid
from matter m
left join (
    select claim_id, payer_rank, sum(paid_units) as paid_units, sum(compared) as compared, sum(expected_cents) as expected_cents,
        sum(allowed_cents) as allowed_cents, sum(short_cents) as short_cents
    from treatment
    group by claim_id, payer_rank
) t on t.claim_id = m.claim_id and t.payer_rank = m.payer_rank
group by m.payer_id, m.kind
union all
select
    m.payer_id,
    m.kind,
    t.code,
    count(*),
    count(*),
    cast(sum(t.is_paid) as bigint),
    cast(sum(t.ever_denied) as bigint),
    cast(sum(t.now_denied) as bigint),
    cast(sum(t.charge_cents) as bigint),
    cast(sum(t.paid_cents) as bigint),
    cast(sum(t.paid_units) as bigint),
    cast(sum(t.compared) as bigint),
    cast(sum(t.expected_cents) as bigint),
    cast(sum(t.allowed_cents) as bigint),
    cast(sum(t.short_cents) as bigint),
    cast(sum(case when t.short_cents > 0 then 1 else 0 end) as bigint)
from matter m
join treatment t on t.claim_id = m.claim_id and t.payer_rank = m.payer_rank
group by m.payer_id, m.kind, t.code
