-- Denials that nobody has answered yet.
select
    d.public_id as id,
    d.reasons,
    d.amount_cents as money_cents,
    d.received_on,
    d.appeal_by,
    c.public_id as claim_id,
    c.patient_id,
    c.payer_id,
    c.service_on,
    v.therapist_id
from denial d
join claim c on c.id = d.claim_id
left join visit v on v.id = c.visit_id
where d.state = 'open'
