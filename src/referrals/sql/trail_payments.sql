-- What came in for an episode, last first: deposits of payers, and what the patient paid. $1 episode.
select y.name as payer, m.public_id as payment_id, m.trace, m.posted_on,
       cast(sum(e.amount_cents) as bigint) as cents, cast(count(distinct e.claim_id) as bigint) as claims
from money_event e
join claim c on c.id = e.claim_id
join remittance m on m.id = e.remittance_id
join payer y on y.id = m.payer_id
where c.episode_id = $1 and e.kind = 'insurer_payment'
group by m.id, m.public_id, m.trace, m.posted_on, y.name
having sum(e.amount_cents) <> 0
union all
select null as payer, null as payment_id, e.method as trace, e.posted_on,
       e.amount_cents as cents, cast(1 as bigint) as claims
from money_event e
left join claim c on c.id = e.claim_id
left join visit v on v.id = e.visit_id
where e.kind in ('patient_payment', 'refund') and coalesce(c.episode_id, v.episode_id) = $1
order by posted_on desc
