-- The latest referrals of one provider. $1 provider, $2 the last day.
select 'referral' as kind, r.received_on as on_day, r.state as word, p.first_name || ' ' || p.last_name as who,
       coalesce(s.complaint, r.reason) as text, r.public_id, cast(null as bigint) as cents, cast(null as bigint) as n
from referral r
join patient p on p.id = r.patient_id
left join episode s on s.referral_id = r.id
where r.provider_id = $1 and r.received_on <= $2 and r.deleted_at is null
order by r.received_on desc, r.id desc
limit 60
