-- Answers to renewal requests that nobody has checked.
select s.public_id as id, r.provider_id, r.patient_id, r.therapist_id, s.answer, s.visits, s.created_at
from sign_back s
join report r on r.id = s.report_id
where s.settled_at is null
