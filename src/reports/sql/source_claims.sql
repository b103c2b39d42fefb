-- What claims come to by source, from the sums on them. A claim without a referral falls in the period by its day of service.
-- $1, $2 the period. Claims in the place of the mark are left out: they are summed from their events.
with c as (
    select
        claim.*,
        first_sent_on is not null and voided_on is null as counts,
        first_sent_on is not null and voided_on is null and first_decided_on is not null as decided
    from claim
    where deleted_at is null
)
select
    coalesce(p.merged_into_id, r.provider_id) as provider_id,
    case when r.provider_id is null then r.source_kind end as source_kind,
    cast(sum(case when c.counts then 1 else 0 end) as bigint) as claims,
    cast(sum(case when c.counts then c.charge_cents else 0 end) as bigint) as charges_cents,
    cast(sum(c.insurer_cents) as bigint) as insurer_cents,
    cast(sum(c.patient_cents) as bigint) as patient_cents,
    cast(sum(c.contractual_cents) as bigint) as contractual_cents,
    cast(sum(c.written_off_cents) as bigint) as written_off_cents,
    cast(sum(case when c.decided then 1 else 0 end) as bigint) as adjudicated,
    cast(sum(case when c.decided and c.ever_denied then 1 else 0 end) as bigint) as ever_denied,
    cast(sum(case when c.decided and c.now_denied then 1 else 0 end) as bigint) as now_denied,
    cast(sum(case when c.decided then c.charge_cents else 0 end) as bigint) as adjudicated_charges_cents,
    cast(sum(case when c.decided then c.contractual_cents else 0 end) as bigint) as adjudicated_contractual_cents,
    cast(sum(case when c.decided then c.insurer_cents + c.patient_cents else 0 end) as bigint) as adjudicated_collected_cents
from c
left join referral r on r.id = c.referral_id
left join provider p on p.id = r.provider_id
where coalesce(r.received_on, c.service_on) between $1 and $2 and c.id not in (/* touched */) /* only claims */
group by 1, 2
