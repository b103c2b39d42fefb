-- The latest activities with one provider; calls to reach a patient stand on the referral. $1 provider, $2 the last day.
select a.public_id, a.on_day, a.kind, a.met, a.outcome, a.words, a.next_step, a.next_on, u.name as by_name,
    a.referral_id is not null as about_patient
from activity a
join activity_provider ap on ap.activity_id = a.id
left join user_account u on u.id = a.created_by_id
where ap.provider_id = $1 and a.on_day <= $2 and a.purpose <> 'scheduling' and a.deleted_at is null
order by a.on_day desc, a.id desc
limit 60
