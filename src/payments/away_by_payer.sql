-- What each payer has of ours and has not answered.
select
    p.public_id as payer,
    count(*) as claims,
    cast(sum(c.charge_cents - c.insurer_cents - c.patient_cents - c.contractual_cents - c.written_off_cents) as bigint) as cents
from claim c
join payer p on p.id = c.payer_id
where c.deleted_at is null
    and c.voided_on is null
    and c.state in ('submitted', 'acknowledged', 'accepted', 'pended', 'appealed', 'reversed')
group by p.public_id
