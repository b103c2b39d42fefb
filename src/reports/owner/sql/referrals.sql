-- Referrals by the month in which they were received, and how many of them were seen by a day. $1, $2 the first and the last day, $3 the day.
select
    substr(cast(received_on as text), 1, 7) as month,
    count(*) as referrals,
    cast(sum(case when converted_on <= $3 then 1 else 0 end) as bigint) as seen
from referral
where deleted_at is null and received_on between $1 and $2
group by 1
