-- Who pays for the patients of some sources: visits and net collected by payer; no payer is the patient alone.
-- $1, $2 the period, $3 the day of the figures. What sources stands in the place of the mark.
select payer_id, cast(sum(visits) as bigint) as visits, cast(sum(net_cents) as bigint) as net_cents
from (
    select
        coalesce(p.merged_into_id, r.provider_id) as provider_id,
        case when r.provider_id is null then r.source_kind end as source_kind,
        k.payer_id,
        1 as visits,
        0 as net_cents
    from visit v
    join episode s on s.id = v.episode_id
    join referral r on r.id = s.referral_id
    left join provider p on p.id = r.provider_id
    left join coverage k on k.id = coalesce(v.coverage_id, s.coverage_id)
    where v.state = 'attended' and v.deleted_at is null and v.visit_on <= $3 and r.received_on between $1 and $2
    union all
    select
        coalesce(p.merged_into_id, r.provider_id),
        case when r.provider_id is null then r.source_kind end,
        c.payer_id,
        0,
        e.amount_cents
    from claim c
    join money_event e on e.claim_id = c.id
    left join referral r on r.id = c.referral_id
    left join provider p on p.id = r.provider_id
    where c.deleted_at is null and coalesce(r.received_on, c.service_on) between $1 and $2 and e.posted_on <= $3
        and e.kind in ('insurer_payment', 'provider_item', 'patient_payment', 'refund')
    union all
    select
        coalesce(p.merged_into_id, r.provider_id),
        case when r.provider_id is null then r.source_kind end,
        c.payer_id,
        0,
        e.amount_cents
    from claim c
    join money_event e on e.visit_id = c.visit_id and e.claim_id is null
    left join referral r on r.id = c.referral_id
    left join provider p on p.id = r.provider_id
    where c.deleted_at is null and c.part = 1 and coalesce(r.received_on, c.service_on) between $1 and $2 and e.posted_on <= $3
    union all
    select
        coalesce(p.merged_into_id, r.provider_id),
        case when r.provider_id is null then r.source_kind end,
        null,
        0,
        e.amount_cents
    from money_event e
    join visit v on v.id = e.visit_id
    join episode s on s.id = v.episode_id
    join referral r on r.id = s.referral_id
    left join provider p on p.id = r.provider_id
    where e.claim_id is null and e.posted_on <= $3 and r.received_on between $1 and $2
        and not exists (select 1 from claim c where c.visit_id = v.id and c.part = 1 and c.deleted_at is null)
    union all
    select
        null,
        case when e.kind = 'provider_item' then 'unallocated' else 'unmatched' end,
        m.payer_id,
        0,
        e.amount_cents
    from money_event e
    left join remittance m on m.id = e.remittance_id
    where e.claim_id is null and e.visit_id is null and e.posted_on between $1 and $2 and e.posted_on <= $3
) of_source
where /* source */
group by payer_id
