-- The claims behind a number of one payer and kind ($4, $5), the newest first; one treatment's ($6) where the number is that of a treatment.
select m.public_id as id, m.number, m.patient_id, m.state, m.service_on, /* amount */ as amount
from matter m
/* treatment */
where m.payer_id = $4 and m.kind = $5 and /* counts */
order by m.service_on desc, m.number desc
