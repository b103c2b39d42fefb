-- Denials of, and payments for, the patients of one provider. $1 provider, $2 the last day.
select 'denial' as kind, d.received_on as on_day, y.name as word, p.first_name || ' ' || p.last_name as who,
       c.number as text, c.public_id, d.amount_cents as cents, cast(null as bigint) as n
from denial d
join claim c on c.id = d.claim_id
join payer y on y.id = c.payer_id
join patient p on p.id = c.patient_id
join referral r on r.id = c.referral_id
where r.provider_id = $1 and d.received_on <= $2
union all
select 'payment' as kind, m.posted_on as on_day, y.name as word, cast(null as text) as who,
       m.trace as text, m.public_id, cast(sum(e.amount_cents) as bigint) as cents, cast(count(distinct e.claim_id) as bigint) as n
from money_event e
join remittance m on m.id = e.remittance_id
join payer y on y.id = m.payer_id
join claim c on c.id = e.claim_id
join referral r on r.id = c.referral_id
where r.provider_id = $1 and m.posted_on <= $2 and e.kind = 'insurer_payment'
group by m.id, m.posted_on, y.name, m.trace, m.public_id
having sum(e.amount_cents) <> 0
order by on_day desc
limit 60
