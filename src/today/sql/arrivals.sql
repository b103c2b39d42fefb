-- Referrals received from $1 on, the newest first: how many, and the first few.
select r.id, count(*) over () as total
from referral r
where r.deleted_at is null and r.received_on >= $1
order by r.received_at desc, r.id desc
limit 4
