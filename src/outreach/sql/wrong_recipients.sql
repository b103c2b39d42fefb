-- Reports that went to the wrong person, while nobody has decided what that comes to, or a breach was not told to the patient.
select m.public_id as id, m.provider_id, t.therapist_id, m.to_address, m.created_at, m.outcome
from misdirected m
left join report t on t.id = m.report_id
where m.closed_at is null
    or (m.outcome = 'breach' and m.patient_told_on is null)
