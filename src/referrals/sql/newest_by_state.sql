-- The newest referrals of each state, of one doctor or of all. $1 the doctor or null, $2 the state of which more are wanted, $3 how many of
-- it, $4 how many of every other.
select * from (
  select r.*, row_number() over (partition by r.state order by r.id desc) as n
  from referral r
  where r.deleted_at is null and (cast($1 as bigint) is null or r.provider_id = $1)
) newest
where n <= case when state = $2 then cast($3 as bigint) else cast($4 as bigint) end
order by id desc
