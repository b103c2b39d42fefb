-- How many claims took how many days from the first sending to the first decision, by source. $1, $2 the period.
select
    coalesce(p.merged_into_id, r.provider_id) as provider_id,
    case when r.provider_id is null then r.source_kind end as source_kind,
    cast(/* days from first_sent_on to first_decided_on */ as bigint) as days,
    count(*) as claims
from claim c
left join referral r on r.id = c.referral_id
left join provider p on p.id = r.provider_id
where c.deleted_at is null and c.voided_on is null and c.first_sent_on is not null and c.first_decided_on is not null
    and coalesce(r.received_on, c.service_on) between $1 and $2 and c.id not in (/* touched */) /* only claims */
group by 1, 2, 3
