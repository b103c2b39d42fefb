-- Money on no claim and no visit. $1, $2 the period, by the day on which it counts; $3 only keeps the numbers of the other parts.
select
    case when e.remittance_id is null then 'prepaid' else 'item' end as kind,
    coalesce(m.public_id, p.public_id, e.public_id) as id,
    coalesce(m.trace, e.reference, '') as label,
    e.patient_id,
    m.payer_id,
    e.kind as state,
    e.posted_on as on_day,
    e.id as sort_id,
    cast(null as bigint) as provider_id,
    case when e.kind = 'provider_item' then 'unallocated' else 'unmatched' end as source_kind,
    0 as referrals,
    0 as converted,
    0 as visits,
    0 as claims,
    0 as charges_cents,
    case when e.kind in ('provider_item', 'insurer_payment') then e.amount_cents else 0 end as insurer_cents,
    case when e.kind in ('patient_payment', 'refund') then e.amount_cents else 0 end as patient_cents,
    0 as contractual_cents,
    0 as written_off_cents,
    0 as adjudicated,
    0 as ever_denied,
    0 as now_denied
from money_event e
left join remittance m on m.id = e.remittance_id
left join patient p on p.id = e.patient_id
where e.claim_id is null and e.visit_id is null and e.posted_on between $1 and $2 and $3 = $3
