-- Calls and letters about a referral, last first. $1 referral.
select a.public_id, a.kind, a.purpose, a.outcome, a.words, a.on_day, a.at, u.name as by_name
from activity a
left join user_account u on u.id = a.created_by_id
where a.referral_id = $1 and a.deleted_at is null
order by a.on_day desc, a.id desc
