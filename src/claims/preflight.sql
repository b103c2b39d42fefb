-- What a payer ($1) answered for some treatments: one row for each line that it decided and that stands, since a day ($2).
-- A payer that answers for a whole claim of one line has answered for the line. The list of codes stands in place of the mark below.
with decided as (
    select d.id, d.claim_id, d.claim_version_id,
           (select count(*) from claim_line x where x.claim_version_id = d.claim_version_id) as lines
    from decision d
    join remittance r on r.id = d.remittance_id
    where r.payer_id = $1 and d.posted_on >= $2 and d.taken_back_on is null
      and d.outcome not in ('reversal', 'duplicate_notice')
      and not exists (select 1 from decision b where b.reverses_id = d.id and b.taken_back_on is null)
)
select d.claim_id, l.code, l.units,
       cast(sum(case when e.kind = 'insurer_payment' then e.amount_cents else 0 end) as bigint) as paid_cents,
       cast(sum(case when e.kind = 'adjustment' and e.class = 'denied' then e.amount_cents else 0 end) as bigint) as denied_cents
from decided d
join claim_line l on l.claim_version_id = d.claim_version_id
join money_event e on e.decision_id = d.id and (e.claim_line_id = l.id or e.claim_line_id is null and d.lines = 1)
where l.code in (/* codes */)
group by d.claim_id, d.id, l.id, l.code, l.units
