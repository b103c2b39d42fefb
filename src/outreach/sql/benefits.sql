-- Coverages with a limit that somebody in care uses: what is used of it. Dollars count from the day on which the insurer told.
select
    k.public_id as id,
    k.patient_id,
    k.payer_id,
    k.visit_limit,
    k.dollar_limit_cents,
    k.verified_on,
    k.created_at,
    cast(coalesce(k.visits_used_elsewhere, 0) + (
        select count(*)
        from episode s
        join visit v on v.episode_id = s.id
        where s.patient_id = k.patient_id and coalesce(v.coverage_id, s.coverage_id) = k.id
            and v.state = 'attended' and v.deleted_at is null
    ) as bigint) as visits_used,
    cast(coalesce(k.dollars_used_cents, 0) + (
        select coalesce(sum(e.amount_cents), 0)
        from claim c
        join money_event e on e.claim_id = c.id
        where c.patient_id = k.patient_id and (c.coverage_id = k.id or c.coverage_id = k.replaces_id)
            and e.kind = 'insurer_payment' and (k.verified_on is null or e.posted_on > k.verified_on)
    ) as bigint) as dollars_used_cents
from coverage k
where k.replaced_at is null and k.deleted_at is null and (k.visit_limit is not null or k.dollar_limit_cents is not null)
    and exists (
        select 1
        from episode s
        join referral r on r.id = s.referral_id
        where s.coverage_id = k.id and s.discharged_on is null and r.deleted_at is null and r.state not in ('closed', 'lost')
    )
