-- How many claims of all sources took how many days from the first sending to the first decision. $1, $2 the period.
select cast(/* days from first_sent_on to first_decided_on */ as bigint) as days, count(*) as claims
from claim c
left join referral r on r.id = c.referral_id
where c.deleted_at is null and c.voided_on is null and c.first_sent_on is not null and c.first_decided_on is not null
    and coalesce(r.received_on, c.service_on) between $1 and $2
group by 1
