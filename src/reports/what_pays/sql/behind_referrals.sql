-- Referrals of a period. $1, $2 the period, $3 the day of the figures.
select
    'referral' as kind,
    r.public_id as id,
    r.number as label,
    r.patient_id,
    cast(null as bigint) as payer_id,
    r.state as state,
    r.received_on as on_day,
    r.id as sort_id,
    coalesce(p.merged_into_id, r.provider_id) as provider_id,
    case when r.provider_id is null then r.source_kind end as source_kind,
    1 as referrals,
    case when r.converted_on <= $3 then 1 else 0 end as converted,
    0 as visits,
    0 as claims,
    0 as charges_cents,
    0 as insurer_cents,
    0 as patient_cents,
    0 as contractual_cents,
    0 as written_off_cents,
    0 as adjudicated,
    0 as ever_denied,
    0 as now_denied
from referral r
left join provider p on p.id = r.provider_id
where r.deleted_at is null and r.received_on between $1 and $2
