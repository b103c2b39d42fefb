-- Attended visits by source, what they come to where they have no claim: the charge where the patient pays alone, and what
-- was paid at the desk. $1, $2 the period of the referral, $3 the day of the figures.
select
    provider_id,
    source_kind,
    cast(sum(visits) as bigint) as visits,
    cast(sum(charges_cents) as bigint) as charges_cents,
    cast(sum(patient_cents) as bigint) as patient_cents
from (
    select
        coalesce(p.merged_into_id, r.provider_id) as provider_id,
        case when r.provider_id is null then r.source_kind end as source_kind,
        1 as visits,
        case when v.charge_cents is null then 0 else v.charge_cents - v.discount_cents end as charges_cents,
        0 as patient_cents
    from visit v
    join episode s on s.id = v.episode_id
    join referral r on r.id = s.referral_id
    left join provider p on p.id = r.provider_id
    where v.state = 'attended' and v.deleted_at is null and v.visit_on <= $3 and r.received_on between $1 and $2 /* only */
    union all
    select
        coalesce(p.merged_into_id, r.provider_id),
        case when r.provider_id is null then r.source_kind end,
        0,
        0,
        e.amount_cents
    from money_event e
    join visit v on v.id = e.visit_id
    join episode s on s.id = v.episode_id
    join referral r on r.id = s.referral_id
    left join provider p on p.id = r.provider_id
    where e.claim_id is null and e.posted_on <= $3 and r.received_on between $1 and $2 /* only */
        and not exists (select 1 from claim c where c.visit_id = v.id and c.part = 1 and c.deleted_at is null)
) of_visits
group by 1, 2
