-- The decision that stands of each payer before a rank ($2) of one claim ($1), in order of rank, with the deciding payer and
-- the patient's coverage of that rank.
select d.id, d.payer_rank, d.paid_cents, d.payer_claim_no, m.paid_on,
    case when d.payer_rank = k.rank then c.payer_id else m.payer_id end as payer_id,
    case when d.payer_rank = k.rank then c.coverage_id else (
        select x.id
        from coverage x
        where x.patient_id = c.patient_id and x.rank = d.payer_rank and x.replaced_at is null and x.deleted_at is null
        order by x.id desc
        limit 1
    ) end as coverage_id
from decision d
join claim c on c.id = d.claim_id
join coverage k on k.id = c.coverage_id
join remittance m on m.id = d.remittance_id
where d.claim_id = $1 and d.payer_rank < $2 and d.taken_back_on is null and d.outcome in ('paid', 'partially_paid', 'denied')
    and not exists (select 1 from decision r where r.reverses_id = d.id and r.taken_back_on is null)
    and not exists (
        select 1 from decision l
        where l.claim_id = d.claim_id and l.payer_rank = d.payer_rank and l.id > d.id and l.taken_back_on is null
            and l.outcome in ('paid', 'partially_paid', 'denied')
            and not exists (select 1 from decision r where r.reverses_id = l.id and r.taken_back_on is null)
    )
order by d.payer_rank
