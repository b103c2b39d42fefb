-- The claims of a period, each with where its patient came from. $1, $2 the period.
select
    c.id,
    coalesce(p.merged_into_id, r.provider_id) as provider_id,
    case when r.provider_id is null then r.source_kind end as source_kind
from claim c
left join referral r on r.id = c.referral_id
left join provider p on p.id = r.provider_id
where c.deleted_at is null
    and coalesce(r.received_on, c.service_on) between $1 and $2
