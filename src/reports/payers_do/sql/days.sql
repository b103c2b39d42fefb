-- How many claims left on which day and were first decided on which: their median is taken outside.
select m.payer_id, m.kind, m.first_sent_on, m.first_decided_on, count(*) as claims
from matter m
where m.first_sent_on is not null and m.first_decided_on is not null
group by m.payer_id, m.kind, m.first_sent_on, m.first_decided_on
