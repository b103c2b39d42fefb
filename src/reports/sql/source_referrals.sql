-- Referrals of a period by source. $1, $2 the period, $3 the day of the figures.
select
    coalesce(p.merged_into_id, r.provider_id) as provider_id,
    case when r.provider_id is null then r.source_kind end as source_kind,
    count(*) as referrals,
    cast(sum(case when r.converted_on <= $3 then 1 else 0 end) as bigint) as converted
from referral r
left join provider p on p.id = r.provider_id
where r.deleted_at is null and r.received_on between $1 and $2 /* only */
group by 1, 2
