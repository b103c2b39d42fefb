-- Visits of a period: that they took place, and where they have no claim the charge and what was paid at the desk.
-- $1, $2 the period of the referral, $3 the day of the figures.
select
    'visit' as kind,
    v.public_id as id,
    '' as label,
    v.patient_id,
    k.payer_id,
    v.state as state,
    v.visit_on as on_day,
    v.id as sort_id,
    coalesce(p.merged_into_id, r.provider_id) as provider_id,
    case when r.provider_id is null then r.source_kind end as source_kind,
    0 as referrals,
    0 as converted,
    case when v.state = 'attended' and v.deleted_at is null and v.visit_on <= $3 then 1 else 0 end as visits,
    0 as claims,
    case
        when v.state = 'attended' and v.deleted_at is null and v.visit_on <= $3 and v.charge_cents is not null
        then v.charge_cents - v.discount_cents
        else 0
    end as charges_cents,
    0 as insurer_cents,
    cast(coalesce((
        select sum(e.amount_cents)
        from money_event e
        where e.visit_id = v.id and e.claim_id is null and e.posted_on <= $3
            and not exists (select 1 from claim c where c.visit_id = v.id and c.part = 1 and c.deleted_at is null)
    ), 0) as bigint) as patient_cents,
    0 as contractual_cents,
    0 as written_off_cents,
    0 as adjudicated,
    0 as ever_denied,
    0 as now_denied
from visit v
join episode s on s.id = v.episode_id
join referral r on r.id = s.referral_id
left join provider p on p.id = r.provider_id
left join coverage k on k.id = coalesce(v.coverage_id, s.coverage_id)
where r.received_on between $1 and $2
