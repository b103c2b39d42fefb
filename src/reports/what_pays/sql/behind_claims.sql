-- Claims of a period by the sums on them. $1, $2 the period; $3 only keeps the numbers of the other parts.
-- Claims in the place of the mark are left out: they are summed from their events.
select
    'claim' as kind,
    c.public_id as id,
    c.number as label,
    c.patient_id,
    c.payer_id,
    c.state as state,
    c.service_on as on_day,
    c.id as sort_id,
    coalesce(p.merged_into_id, r.provider_id) as provider_id,
    case when r.provider_id is null then r.source_kind end as source_kind,
    0 as referrals,
    0 as converted,
    0 as visits,
    case when c.first_sent_on is not null and c.voided_on is null then 1 else 0 end as claims,
    case when c.first_sent_on is not null and c.voided_on is null then c.charge_cents else 0 end as charges_cents,
    c.insurer_cents,
    c.patient_cents,
    c.contractual_cents,
    c.written_off_cents,
    case when c.first_sent_on is not null and c.voided_on is null and c.first_decided_on is not null then 1 else 0 end as adjudicated,
    case when c.first_sent_on is not null and c.voided_on is null and c.first_decided_on is not null and c.ever_denied then 1 else 0 end as ever_denied,
    case when c.first_sent_on is not null and c.voided_on is null and c.first_decided_on is not null and c.now_denied then 1 else 0 end as now_denied
from claim c
left join referral r on r.id = c.referral_id
left join provider p on p.id = r.provider_id
where c.deleted_at is null and coalesce(r.received_on, c.service_on) between $1 and $2 and $3 = $3 and c.id not in (/* touched */)
