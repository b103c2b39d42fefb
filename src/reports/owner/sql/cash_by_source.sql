-- Money of a month by who sent the patient; what belongs to no claim and no visit apart. $1, $2 the first and the last day.
select
    coalesce(p.merged_into_id, r.provider_id) as provider_id,
    case when r.provider_id is null then r.source_kind end as source_kind,
    cast(case when e.claim_id is null and e.visit_id is null then 1 else 0 end as bigint) as loose,
    cast(sum(e.amount_cents) as bigint) as cents
from money_event e
left join claim c on c.id = e.claim_id
left join visit v on v.id = e.visit_id
left join episode s on s.id = v.episode_id
left join referral r on r.id = coalesce(c.referral_id, s.referral_id)
left join provider p on p.id = r.provider_id
where e.posted_on between $1 and $2 and e.kind in ('insurer_payment', 'provider_item', 'patient_payment', 'refund')
group by 1, 2, 3
