-- The visits of one patient with note and claim, last first. $1 patient. Of a claim in parts, the first part.
select v.public_id as id, v.visit_on, v.starts_at, v.state, t.first_name || ' ' || t.last_name as therapist, s.complaint,
    r.public_id as referral_id, n.state as note_state, c.public_id as claim_id, c.number as claim, c.state as claim_state
from episode s
join visit v on v.episode_id = s.id
join referral r on r.id = s.referral_id
join therapist t on t.id = v.therapist_id
left join note n on n.visit_id = v.id
left join claim c on c.visit_id = v.id and c.part = 1 and c.deleted_at is null
where s.patient_id = $1 and v.deleted_at is null
order by v.visit_on desc, v.starts_at desc nulls first, v.id desc
limit 40
