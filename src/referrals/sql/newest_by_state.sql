-- The newest referrals of each state, of one doctor or of all. $1 the doctor or null, $2 the state of which more are wanted, $3 how many of
-- it, $4 how many of every other.
select r.*
from referral r
join (
    select id, state, row_number() over (partition by state order by id desc) as n
    from referral
    where deleted_at is null and (cast($1 as bigint) is null or provider_id = $1)
) newest on newest.id = r.id
where newest.n <= case when newest.state = $2 then cast($3 as bigint) else cast($4 as bigint) end
order by r.id desc
